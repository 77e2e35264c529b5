import { resolve, sep } from 'node:path';

/** The application's own scheme: unlike a `file:` page, a page of it cannot read the user's files. */
export const SCHEME = 'studio';
const HOST = 'app';
export const ORIGIN = `${SCHEME}://${HOST}`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** Whether an address belongs to the application's own pages. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return protocol === `${SCHEME}:` && host === HOST;
}

/** The file below `folder` that an address names, or undefined for another host or a path that leads out of it. */
export function fileOfAddress(address: string, folder: string): string | undefined {
  if (!isOwnPage(address)) return undefined;
  const path = decode(new URL(address).pathname);
  if (path === undefined || path.includes('\0')) return undefined;
  const file = resolve(folder, `.${sep}${path}`);
  return file.startsWith(resolve(folder) + sep) ? file : undefined;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
