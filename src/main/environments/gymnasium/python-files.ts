// The rule of layers cannot follow a path with `?raw`; resources/ belongs to every layer.
/* eslint-disable boundaries/dependencies */
export { default as bridgeProgram } from '../../../../resources/gymnasium/bridge.py?raw';
export { default as requirements } from '../../../../resources/gymnasium/requirements.txt?raw';
