import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'ditto-studio';
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Who may use the headless server. It binds to the loopback interface, but every web page that this machine's browser
 * shows can send requests there too, and other users of the machine as well: so each request needs a cookie, which only
 * the one-time token in the printed address gives; `Host` must be a loopback name (against DNS rebinding), and `Origin`,
 * where a browser sends one, the very address that is asked.
 */
export class Guard {
  #token = secret();
  readonly #session = secret();

  /** Good for one use. */
  get token(): string {
    return this.#token;
  }

  /** The cookie for whoever has the token, which is then worth nothing any more. */
  exchange(token: string): string | undefined {
    if (!equal(token, this.#token)) return undefined;
    this.#token = secret();
    return `${cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim().split('='));
    return cookies.some(([name, value]) => name === cookieName && equal(value ?? '', this.#session));
  }

  /** Any port: a tunnel may have another one at the user's end. */
  hasLoopbackHost({ headers }: IncomingMessage): boolean {
    const { host = '' } = headers;
    if (!URL.canParse(`http://${host}`)) return false;
    const { hostname, pathname } = new URL(`http://${host}`);
    return loopbackHosts.has(hostname) && pathname === '/';
  }

  hasOwnOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin === `http://${headers.host}`;
  }
}

const secret = (): string => randomBytes(32).toString('base64url');

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
