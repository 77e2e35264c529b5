import { net, protocol, type Session } from 'electron';
import { pathToFileURL } from 'node:url';
import { pageHeaders } from '../../shared/page-headers';
import { fileOfAddress, SCHEME } from './origin';

/** Has to be called before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files below `folder` at the application's own origin. */
export function serveFolder(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async ({ method, url }) => {
    const file = fileOfAddress(url, folder);
    if (method !== 'GET' || file === undefined) return new Response('Forbidden', { status: 403 });
    try {
      const { body, headers } = await net.fetch(pathToFileURL(file).href);
      return new Response(body, {
        headers: {
          'Content-Type': headers.get('Content-Type') ?? 'application/octet-stream',
          ...pageHeaders,
        },
      });
    } catch {
      return new Response('Not found', { status: 404 });
    }
  });
}
