import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import type { Channel } from '../../../shared/contract/procedure';
import { StudioError } from '../../../shared/errors';
import { pageHeaders } from '../../../shared/page-headers';
import { Guard } from './guard';
import { webSocketChannel } from './web-socket-channel';

const largestMessage = 64 * 2 ** 20;

export interface HeadlessServer {
  /** With a token that is good for one browser; a new one after each use. */
  address(): string;
  close(): Promise<void>;
}

export interface HeadlessOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** The built pages. */
  readonly pages: string;
  readonly onChannel: (channel: Channel) => void;
  /** The token has been used: this is the address for another browser. */
  readonly onNewAddress: (address: string) => void;
}

/** Serves the pages and the studio's channel to browsers of this machine. Throws StudioError if the port is taken. */
export async function serveHeadless(options: HeadlessOptions): Promise<HeadlessServer> {
  const guard = new Guard();
  const server = createServer();
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const address = (): string => `http://127.0.0.1:${port}/?token=${guard.token}`;
  const files = sirv(options.pages, {
    etag: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    },
  });
  server.on('request', (request, response) => {
    if (!guard.hasLoopbackHost(request)) return refuse(response, 403, 'This host name is not the studio’s.');
    const url = new URL(request.url ?? '/', 'http://localhost');
    const token = url.searchParams.get('token');
    if (url.pathname === '/' && token !== null) {
      const cookie = guard.exchange(token);
      if (cookie === undefined && !guard.hasSession(request)) return refuse(response, 403, usedToken);
      response.writeHead(303, { Location: '/', ...(cookie !== undefined && { 'Set-Cookie': cookie }) }).end();
      if (cookie !== undefined) options.onNewAddress(address());
      return;
    }
    if (!guard.hasSession(request)) return refuse(response, 401, noToken);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET.');
    files(request, response, () => refuse(response, 404, 'There is no such page.'));
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const allowed =
      guard.hasLoopbackHost(request) && guard.hasOwnOrigin(request) && guard.hasSession(request);
    if (!allowed || request.url !== '/channel') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      options.onChannel(webSocketChannel(webSocket)),
    );
  });

  return {
    address,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const noToken =
  'Open the address that the studio printed when it started: the token in it lets this browser in.';
const usedToken =
  'This token has been used: take the newest address that the studio printed, each is good for one browser.';

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'another program uses it' : `it cannot be opened (${error.code})`;
      reject(
        new StudioError(`Port ${port} of this machine is not free, ${reason}: choose another with --port.`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
