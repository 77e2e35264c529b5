import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { desktopChannels, portMessage, type DesktopBridge, type DesktopDescription } from '../shared/desktop';

/** The preload script is compiled with the main side's libraries, which know no window. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

const bridge: DesktopBridge = {
  describe: () => ipcRenderer.invoke(desktopChannels.describe) as Promise<DesktopDescription>,
  connect: () => ipcRenderer.send(desktopChannels.connect),
  onCommand: (listener) => {
    const onCommand = (_: unknown, id: string): void => listener(id);
    ipcRenderer.on(desktopChannels.command, onCommand);
    return () => ipcRenderer.off(desktopChannels.command, onCommand);
  },
  setTheme: (theme) => ipcRenderer.send(desktopChannels.setTheme, theme),
  choosePaths: (kind) => ipcRenderer.invoke(desktopChannels.choosePaths, kind) as Promise<string[]>,
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('desktop', bridge);

// A port cannot cross the context bridge; a window message may carry it.
ipcRenderer.on(desktopChannels.port, ({ ports }) => {
  window.postMessage(portMessage, window.location.origin, ports);
});
