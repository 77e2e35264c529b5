import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startHeadlessStudio, type HeadlessStudio } from './browser';
import { studioProgram, temporaryHome } from './support';

let studio: HeadlessStudio;
let port: number;
let cookie: string;

beforeAll(async () => {
  studio = await startHeadlessStudio();
  port = Number(new URL(studio.address()).port);
});
afterAll(() => studio.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** As anybody on this machine could ask; the path goes out as it is, `..` and all. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    asked.on('error', reject).end();
  });
}

/** The HTTP status that an attempt at the channel ends with; 101 where it is let in. */
function openChannel(headers: Record<string, string>, path = '/channel'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
    socket.on('error', (error) =>
      /Unexpected server response/.test(error.message) ? undefined : reject(error),
    );
  });
}

test('nobody gets in without the token', async () => {
  for (const path of ['/', '/index.html', '/channel', '/?token=', '/?token=x']) {
    const { status, text, headers } = await get(path);
    expect([401, 403]).toContain(status);
    expect(text).toMatch(/address/);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
  }
  expect(await openChannel({ Origin: `http://127.0.0.1:${port}` })).toBe(403);
});

test('the token lets in one browser, once', async () => {
  const used = new URL(studio.address());
  const { status, headers } = await get(`/${used.search}`);
  expect(status).toBe(303);
  const [given = ''] = headers['set-cookie'] ?? [];
  expect(given).toMatch(/; HttpOnly; SameSite=Strict$/);
  cookie = given.split(';')[0]!;
  expect((await get(`/${used.search}`)).status).toBe(403);
  await expect.poll(() => studio.address()).not.toBe(used.href);

  const page = await get('/', { cookie });
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/<div id="app">/);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'self';/);
  expect(policy).not.toMatch(/https?:|unsafe|\*/);
});

test('a page of another site, or another name for this machine, gets nothing', async () => {
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost/x']) {
    expect((await get('/', { cookie, host })).status).toBe(403);
  }
  expect((await get('/', { cookie, host: `localhost:${port}` })).status).toBe(200);
  const own = { cookie, Origin: `http://127.0.0.1:${port}` };
  expect(await openChannel(own)).toBe(101);
  expect(await openChannel({ ...own, Origin: 'http://evil.example' })).toBe(403);
  expect(await openChannel({ ...own, Origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
  expect(await openChannel({ cookie })).toBe(403);
  expect(await openChannel({ ...own, cookie: 'ditto-studio=x' })).toBe(403);
  expect(await openChannel(own, '/')).toBe(403);
});

test('no path leads out of the pages, and nothing can be written', async () => {
  for (const path of [
    '/../main/studio.js',
    '/%2e%2e/main/studio.js',
    '/..%2f..%2fpackage.json',
    '//etc/passwd',
  ]) {
    const { status, text } = await get(path, { cookie });
    expect(status).toBe(404);
    expect(text).toBe('There is no such page.');
  }
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await get('/', { cookie }, method)).status).toBe(405);
});

test('a second studio on the same folder is refused, and one after a killed one is not', async () => {
  const second = spawn(process.execPath, [studioProgram, '--headless', '--home', studio.home]);
  let said = '';
  second.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  expect(await once(second, 'exit')).toEqual([2, null]);
  expect(said).toContain(`DITTO Studio is open on this folder already, as process ${studio.process.pid}`);

  const { home, remove } = temporaryHome();
  try {
    const killed = await startHeadlessStudio({ home });
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    const next = await startHeadlessStudio({ home });
    await next.close();
    expect(existsSync(join(home, 'studio.json'))).toBe(false);
  } finally {
    remove();
  }
});

test('it listens on the loopback interface alone', async () => {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outside) {
    const refused = new Promise((resolve) => {
      request({ host: address, port }, () => resolve('answered'))
        .on('error', ({ message }) => resolve(message))
        .end();
    });
    expect(await refused).toMatch(/ECONNREFUSED/);
  }
});
