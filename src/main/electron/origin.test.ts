import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileOfAddress, isOwnPage, START_PAGE } from './origin';

const folder = resolve('/application/out/renderer');

describe('isOwnPage', () => {
  it.each([START_PAGE, 'studio://app/assets/a.js?x#y'])('accepts %s', (address) => {
    expect(isOwnPage(address)).toBe(true);
  });

  it.each([
    'studio://other/index.html',
    'studio://app.example.com/',
    'studio://app:80/',
    'https://app/index.html',
    'https://example.com/?next=studio://app/index.html',
    'file:///index.html',
    'nonsense',
  ])('refuses %s', (address) => {
    expect(isOwnPage(address)).toBe(false);
  });
});

describe('fileOfAddress', () => {
  it('names files below the folder', () => {
    expect(fileOfAddress(START_PAGE, folder)).toBe(join(folder, 'index.html'));
    expect(fileOfAddress('studio://app/assets/a%20b.js?v=1#top', folder)).toBe(
      join(folder, 'assets', 'a b.js'),
    );
    expect(fileOfAddress('studio://app/assets/../index.html', folder)).toBe(join(folder, 'index.html'));
  });

  it.each([
    'studio://app/%2e%2e%2fpackage.json',
    'studio://app/..%2f..%2fpackage.json',
    'studio://app/assets/..%2f..%2f..%2fetc/passwd',
    'studio://app/%2e%2e%2frenderer-of-another/index.html',
    'studio://app/a%00.html',
    'studio://app/%E0%A4%A',
    'studio://app/',
    'studio://other/index.html',
    'file:///etc/passwd',
  ])('refuses %s', (address) => {
    expect(fileOfAddress(address, folder)).toBeUndefined();
  });
});
