import { net, protocol, type Session } from 'electron';
import { pathToFileURL } from 'node:url';
import { fileOfAddress, SCHEME } from './origin';

// No remote host appears here: the application draws everything from its own files.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          'X-Content-Type-Options': 'nosniff',
          'Cross-Origin-Resource-Policy': 'same-origin',
          'Referrer-Policy': 'no-referrer',
        },
      });
    } catch {
      return new Response('Not found', { status: 404 });
    }
  });
}
