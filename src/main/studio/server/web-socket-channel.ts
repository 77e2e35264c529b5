import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../../shared/contract/encoding';
import type { Channel } from '../../../shared/contract/procedure';

const pingMilliseconds = 20_000;

/** A browser's connection. One that does not answer a ping is taken for gone. */
export function webSocketChannel(webSocket: WebSocket): Channel {
  let alive = true;
  webSocket.on('pong', () => (alive = true));
  const timer = setInterval(() => {
    if (!alive) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, pingMilliseconds).unref();
  webSocket.on('close', () => clearInterval(timer));
  // `close` follows, and tells whoever listens.
  webSocket.on('error', () => {});
  return {
    send: (message) => webSocket.send(encodeMessage(message), () => {}),
    onMessage: (listener) =>
      void webSocket.on('message', (data: Buffer, isBinary) => {
        const message = isBinary ? decodeMessage(data) : undefined;
        if (message !== undefined) listener(message);
      }),
    onClose: (listener) => void webSocket.on('close', listener),
  };
}
