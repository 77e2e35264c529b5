import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { environmentIds } from '../src/main/environments';
import { environmentsPage, frameStrip } from './environments-page';

const docs = join(import.meta.dirname, '../docs');
const pictures = join(docs, 'images/environments');
/** Set after a change of an environment that is meant. */
const writing = process.env['DITTO_WRITE_PAGE'] === '1';

test('docs/environments.md says what the specifications say', () => {
  const file = join(docs, 'environments.md');
  if (writing) writeFileSync(file, environmentsPage());
  expect(readFileSync(file, 'utf8')).toBe(environmentsPage());
});

function pixels(canvas: Canvas): Buffer {
  return Buffer.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data);
}

test.each(environmentIds)('the picture of %s is what it looks like', async (id) => {
  const strip = frameStrip(id);
  const file = join(pictures, `${id}.png`);
  if (writing) {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(file, strip.toBuffer('image/png'));
  }
  const image = await loadImage(readFileSync(file));
  const committed = createCanvas(image.width, image.height);
  committed.getContext('2d').drawImage(image, 0, 0);
  expect([committed.width, committed.height]).toEqual([strip.width, strip.height]);
  expect(pixels(committed).equals(pixels(strip))).toBe(true);
});
