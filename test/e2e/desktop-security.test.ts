import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { electronFolder, inElectron, openScreen, startDesktop, type Desktop, type Screen } from './electron';
import { temporaryHome } from './support';

let home: string;
let remove: (() => void) | undefined;
let screen: Screen;
let desktop: Desktop;
let page: Page;
/** A server that would answer anybody, and what it was asked. */
let server: Server;
let outside: string;
const asked: string[] = [];

beforeAll(async () => {
  if (!electronFolder) return;
  ({ home, remove } = temporaryHome());
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.setHeader('Access-Control-Allow-Origin', '*').end('<h1>Outside</h1>');
  });
  server.on('upgrade', (request) => asked.push(request.url!)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  outside = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  screen = await openScreen();
  desktop = await startDesktop(screen, home, { switches: ['--use-fake-device-for-media-stream'] });
  page = await desktop.page();
  await page.getByRole('heading', { name: 'Welcome to DITTO Studio' }).waitFor();
});
afterAll(async () => {
  await desktop?.close();
  await screen?.close();
  server?.close();
  remove?.();
});

/** What an expression in the page comes to; the message of an error where it throws. */
const attempt = (expression: string): Promise<unknown> =>
  page.evaluate(
    `(async () => { try { return await (${expression}); } catch (error) { return error.name; } })()`,
  );

inElectron('an attack from the page is refused', () => {
  test('it has no Node, and of the shell only the bridge', async () => {
    const node = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    for (const name of node) expect(await attempt(`typeof window.${name}`)).toBe('undefined');
    const bridge = ['choosePaths', 'connect', 'describe', 'onCommand', 'pathOf', 'setTheme'];
    expect(await attempt('Object.keys(window.desktop).sort()')).toEqual(bridge);
    expect(await attempt('(window.desktop.describe = 1, typeof window.desktop.describe)')).toBe('function');
  });

  test('its policy runs no code but that of its own files', async () => {
    // Later, since what the test evaluates itself is exempt.
    const later = (code: string): Promise<unknown> =>
      attempt(
        `new Promise((done) => setTimeout(() => { try { ${code}; done('ran') } catch (error) { done(error.name) } }))`,
      );
    expect(await later('1 + 1')).toBe('ran');
    expect(await later('eval("1 + 1")')).toBe('EvalError');
    expect(await later('new Function("return 1")()')).toBe('EvalError');
    const element = (tag: string, set: string): Promise<unknown> =>
      attempt(
        `new Promise((done) => { const it = document.createElement('${tag}'); ${set}; document.body.append(it);
         setTimeout(() => { it.remove(); done(typeof window.intruder) }, 200) })`,
      );
    for (const [tag, set] of [
      ['script', 'it.textContent = "window.intruder = 1"'],
      ['script', `it.src = "http://${outside}/script.js"`],
      ['script', 'it.src = "data:text/javascript,window.intruder = 1"'],
      ['img', 'it.setAttribute("onerror", "window.intruder = 1"); it.src = "x"'],
      ['iframe', 'it.srcdoc = "<script>top.intruder = 1</script>"'],
    ] as const) {
      expect(await element(tag, set)).toBe('undefined');
    }
  });

  test('its scheme serves nothing but the pages', async () => {
    const status = (path: string, options = '{}'): Promise<unknown> =>
      attempt(`fetch('studio://app${path}', ${options}).then(({ status }) => status)`);
    expect(await status('/index.html')).toBe(200);
    for (const path of ['/../main/studio.js', '/%2e%2e/main/studio.js', '//etc/passwd', '/none.js'])
      expect({ path, status: await status(path) }).toEqual({ path, status: 404 });
    for (const path of [
      '/..%2fmain/studio.js',
      '/%2e%2e%2f%2e%2e%2fpackage.json',
      '/assets/..%2f..%2fmain/studio.js',
    ])
      expect({ path, status: await status(path) }).toEqual({ path, status: 403 });
    expect(await status('/index.html', '{ method: "POST" }')).toBe(403);
    expect(await attempt('fetch("studio://other/index.html").then(({ status }) => status)')).toBe(
      'TypeError',
    );
    expect(await attempt('fetch("file:///etc/passwd")')).toBe('TypeError');
  });

  test('it reaches no server', async () => {
    expect(await attempt(`fetch('http://${outside}/fetch')`)).toBe('TypeError');
    await attempt(`navigator.sendBeacon('http://${outside}/beacon')`);
    const socket = `new Promise((done) => { const it = new WebSocket('ws://${outside}/socket');
      it.onopen = () => done('open'); it.onerror = () => done('refused'); })`;
    expect(await attempt(socket)).toBe('refused');
    const image = `new Promise((done) => { const it = new Image(); it.onload = () => done('loaded');
      it.onerror = () => done('refused'); it.src = 'http://${outside}/image.png'; })`;
    expect(await attempt(image)).toBe('refused');
    expect(asked).toEqual([]);
  });

  test('it opens no other window, and goes nowhere else', async () => {
    for (const address of [`http://${outside}/window`, 'studio://app/index.html', 'file:///etc/passwd'])
      expect(await attempt(`window.open('${address}')`)).toBeNull();
    for (const address of [
      `http://${outside}/page`,
      'https://example.com/',
      'file:///etc/passwd',
      'data:text/html,x',
    ]) {
      await attempt(`(window.location.href = '${address}', new Promise((done) => setTimeout(done, 300)))`);
      expect(page.url()).toBe('studio://app/index.html');
    }
    await attempt(`new Promise((done) => { const it = document.createElement('webview');
      it.src = 'http://${outside}/webview'; document.body.append(it); setTimeout(() => { it.remove(); done() }, 300) })`);
    expect(page.context().pages()).toEqual([page]);
    expect(asked).toEqual([]);
  });

  test('it is granted no permission but to write into the clipboard', async () => {
    expect(await attempt('Notification.requestPermission()')).toBe('denied');
    const place = `new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('known'),
      ({ code }) => done(code)))`;
    expect(await attempt(place)).toBe(1);
    for (const media of ['audio', 'video'])
      expect(await attempt(`navigator.mediaDevices.getUserMedia({ ${media}: true })`)).toBe(
        'NotAllowedError',
      );
    expect(await attempt('navigator.clipboard.readText()')).toBe('NotAllowedError');
    expect(await attempt('navigator.clipboard.writeText("text").then(() => "written")')).toBe('written');
  });

  test('a page of another origin is not answered, nor does it reach a server', async () => {
    const stranger = join(home, 'stranger.html');
    writeFileSync(stranger, '<h1>Stranger</h1>');
    for (const address of ['data:text/html,<h1>Stranger</h1>', `file://${stranger}`, 'about:blank']) {
      // As only a debugger can: a page cannot go there.
      await page.goto(address);
      expect(await attempt('window.desktop.describe().catch(({ message }) => message)')).toMatch(/Refused/);
      expect(await attempt('window.desktop.choosePaths("folder").catch(({ message }) => message)')).toMatch(
        /Refused/,
      );
      const port = `new Promise((done) => { window.addEventListener('message', () => done('port'));
        window.desktop.connect(); setTimeout(() => done('nothing'), 500); })`;
      expect(await attempt(port)).toBe('nothing');
      expect(await attempt(`fetch('http://${outside}/stranger')`)).toBe('TypeError');
    }
    expect(asked).toEqual([]);
    await page.goto('studio://app/index.html');
    await page.getByRole('heading', { name: 'Welcome to DITTO Studio' }).waitFor();
  });
});
