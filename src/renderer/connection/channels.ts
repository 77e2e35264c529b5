import { decodeMessage, encodeMessage } from '../../shared/contract/encoding';
import type { Channel } from '../../shared/contract/procedure';
import { portMessage, type DesktopBridge } from '../../shared/desktop';

/** Opens a channel to the studio process; rejects where there is none to be had at the moment. */
export const openChannel = (): Promise<Channel> =>
  window.desktop ? openPort(window.desktop) : openWebSocket();

/** In the desktop application: a port that the shell makes for this page. */
function openPort(desktop: DesktopBridge): Promise<Channel> {
  return new Promise((resolve) => {
    const onMessage = ({ data, origin, ports: [port] }: MessageEvent): void => {
      if (data !== portMessage || origin !== window.location.origin || !port) return;
      window.removeEventListener('message', onMessage);
      resolve(portChannel(port));
    };
    window.addEventListener('message', onMessage);
    desktop.connect();
  });
}

function portChannel(port: MessagePort): Channel {
  const closes: (() => void)[] = [];
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }) => {
        // The shell's last word: the studio process is gone.
        if (data === null) closes.forEach((close) => close());
        else listener(data);
      });
      port.start();
    },
    onClose: (listener) => void closes.push(listener),
  };
}

/** In a browser: the headless studio, which served this page. */
function openWebSocket(): Promise<Channel> {
  const webSocket = new WebSocket(`ws://${window.location.host}/channel`);
  webSocket.binaryType = 'arraybuffer';
  const channel: Channel = {
    send: (message) => webSocket.send(encodeMessage(message)),
    onMessage: (listener) =>
      webSocket.addEventListener('message', ({ data }) => listener(decodeMessage(data as ArrayBuffer))),
    onClose: (listener) => webSocket.addEventListener('close', () => listener()),
  };
  return new Promise((resolve, reject) => {
    webSocket.addEventListener('open', () => resolve(channel));
    webSocket.addEventListener('close', () => reject(new Error('The studio does not answer.')));
  });
}
