import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { encodeSafetensors } from '../trainer/safetensors';
import { differenceColour, differenceColours } from '../../shared/difference-colours';
import { readDreamFilm } from './dream-film';
import { figureToPng } from './files';
import { filmstrip } from './filmstrip';
import { filmstripLayout } from './filmstrip-layout';

const shape = [10, 64, 64, 1];
const frames = (grey: number) => ({ shape, data: new Uint8Array(10 * 64 * 64).fill(grey) });
const latentDistance = { shape: [10], data: Float32Array.from({ length: 10 }, (_, step) => step / 100) };
const size = { width: 486, height: undefined, fontSize: 8, heading: false };
const origin = { software: 'DITTO Studio', runs: ['run-1', 'run-2'], versions: ['1'], request: '{}' };

function dreamFile(tensors: Parameters<typeof encodeSafetensors>[0]): Buffer {
  return Buffer.concat(encodeSafetensors(tensors));
}

test('a filmstrip shows the frames of both and their signed difference', async () => {
  const file = dreamFile({ expertFrames: frames(40), dreamFrames: frames(142), latentDistance });
  const film = readDreamFilm(file, 'dream.safetensors');
  const figure = filmstrip({ title: 'A dream', subtitle: '', film, columns: 4, size, origin });
  const image = await loadImage(await figureToPng(figure, 144));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { rowTops, stepX, frame, shownSteps } = filmstripLayout(10, size, 0, 4);
  expect(shownSteps).toEqual([0, 3, 6, 9]);
  // Two pixels a point.
  const colours = rowTops.map((top) => [
    ...context.getImageData(2 * stepX(9), 2 * (top + frame / 2), 1, 1).data.slice(0, 3),
  ]);
  expect(colours).toEqual([[40, 40, 40], [142, 142, 142], [...differenceColour((142 - 40) / 255)]]);
  expect(figure.table.rows).toHaveLength(10);
  expect(figure.table.rows[9]).toEqual([9, latentDistance.data[9], 'yes']);
  expect(figure.table.rows[8]).toEqual([8, latentDistance.data[8], 'no']);
});

test('a file that is no dream is told by name', () => {
  const short = {
    expertFrames: frames(0),
    dreamFrames: frames(0),
    latentDistance: { ...latentDistance, shape: [9], data: new Float32Array(9) },
  };
  expect(() => readDreamFilm(dreamFile(short), 'dream.safetensors')).toThrow(StudioError);
  expect(() => readDreamFilm(dreamFile({ expertFrames: frames(0) }), '/a/b')).toThrow(
    /cannot|not a dream.*\/a\/b/,
  );
});

test('the columns of a filmstrip are equal steps apart, stand over their steps and fill the figure', () => {
  for (const steps of [2, 10, 11, 50, 997]) {
    for (const width of [234, 486, 720]) {
      const layout = filmstripLayout(steps, { ...size, width }, 20);
      const { shownSteps, stride, stepX, columnLeft, lastStep, frame, margin } = layout;
      expect(shownSteps.length).toBeLessThanOrEqual(10);
      expect(shownSteps).toEqual(shownSteps.map((_, column) => column * stride));
      expect(shownSteps.at(-1)!).toBeLessThan(steps);
      expect(stepX(shownSteps.at(-1)!)).toBe(columnLeft(shownSteps.length - 1) + frame / 2);
      expect(columnLeft(shownSteps.length - 1) + frame).toBeCloseTo(width - margin, 9);
      expect(lastStep).toBeLessThan(steps);
      expect(stepX(lastStep)).toBeLessThanOrEqual(width);
    }
  }
});

test('differences go from blue over white to vermillion', () => {
  expect(differenceColour(0)).toEqual([255, 255, 255]);
  expect(differenceColour(-1)).toEqual([0x00, 0x72, 0xb2]);
  expect(differenceColour(2)).toEqual([0xd5, 0x5e, 0x00]);
  expect(differenceColours).toEqual({ expert: '#0072B2', dream: '#D55E00' });
});
