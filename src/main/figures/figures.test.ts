import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { encodeSafetensors } from '../trainer/safetensors';
import { differenceColour, differenceColours } from './difference-colours';
import { ceilingOf } from './distance-strip';
import { readDreamFilm } from './dream-film';
import { filmstripPng } from './filmstrip';
import { filmstripLayout } from './filmstrip-layout';
import { learningCurve, type CurvePanel } from './learning-curve';
import { okabeIto } from './palette';
import { readPngText } from './png-text';
import { figureToPng, figureToSvg } from './render-chart';

const shape = [10, 64, 64, 1];
const frames = (grey: number) => ({ shape, data: new Uint8Array(10 * 64 * 64).fill(grey) });
const latentDistance = { shape: [10], data: Float32Array.from({ length: 10 }, (_, step) => step / 100) };

function dreamFile(tensors: Parameters<typeof encodeSafetensors>[0]): Buffer {
  return Buffer.concat(encodeSafetensors(tensors));
}

/** The colour at a place of the layout; the file has two pixels for each of its. */
async function colourAt(png: Buffer, x: number, y: number): Promise<number[]> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return [...context.getImageData(2 * x, 2 * y, 1, 1).data.slice(0, 3)];
}

test('a filmstrip shows the frames of both, their signed difference, and the runs it was made from', async () => {
  const file = dreamFile({ expertFrames: frames(40), dreamFrames: frames(142), latentDistance });
  const film = readDreamFilm(file, 'dream.safetensors');
  const text = { title: 'A dream', subtitle: 'of nothing', metadata: { Runs: 'run-1, run-2' } };
  const png = filmstripPng(film, text);
  const layout = filmstripLayout(10, 128);
  const [expertTop, dreamTop, differenceTop] = layout.rowTops;
  const middle = (top: number): [number, number] => [layout.stepX(9), top + 64];
  expect(await colourAt(png, ...middle(expertTop))).toEqual([40, 40, 40]);
  expect(await colourAt(png, ...middle(dreamTop))).toEqual([142, 142, 142]);
  expect(await colourAt(png, ...middle(differenceTop))).toEqual([...differenceColour((142 - 40) / 255)]);
  expect(readPngText(png)).toEqual({ Title: 'A dream', Runs: 'run-1, run-2' });
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

test('the columns of a filmstrip are equal steps apart and stand over their steps', () => {
  for (const steps of [2, 10, 11, 50, 997]) {
    const { shownSteps, stride, stepX, columnLeft, lastStep, width } = filmstripLayout(steps, 128);
    expect(shownSteps.length).toBeLessThanOrEqual(10);
    expect(shownSteps).toEqual(shownSteps.map((_, column) => column * stride));
    expect(shownSteps.at(-1)!).toBeLessThan(steps);
    expect(stepX(shownSteps.at(-1)!)).toBe(columnLeft(shownSteps.length - 1) + 64);
    expect(lastStep).toBeLessThan(steps);
    expect(stepX(lastStep)).toBeLessThanOrEqual(width);
  }
});

test('differences go from blue over white to vermillion', () => {
  expect(differenceColour(0)).toEqual([255, 255, 255]);
  expect(differenceColour(-1)).toEqual([0x00, 0x72, 0xb2]);
  expect(differenceColour(2)).toEqual([0xd5, 0x5e, 0x00]);
  expect(differenceColours).toEqual({ expert: '#0072B2', dream: '#D55E00' });
});

test('the axis of the distances ends at a round number', () => {
  expect([0.03, 0.2, 0.21, 1, 7].map(ceilingOf)).toEqual([0.05, 0.2, 0.5, 1, 10]);
  expect(ceilingOf(0)).toBe(1);
});

const panels: CurvePanel[] = [
  {
    title: 'Reward',
    series: [
      {
        label: 'DITTO',
        colour: okabeIto.blue,
        points: [
          { step: 1, value: 0.5 },
          { step: 2, value: null },
          { step: 3, value: 0.75 },
        ],
      },
    ],
  },
  {
    title: 'Action accuracy',
    series: [
      { label: 'DITTO', colour: okabeIto.blue, points: [{ step: 3, value: 0.9 }] },
      { label: 'BC', colour: okabeIto.vermillion, points: [{ step: 3, value: 0.8 }] },
    ],
  },
];

test('a learning curve is an SVG with text as text and the runs in its metadata', () => {
  const svg = figureToSvg(
    learningCurve('Curves & more', '20261122-131405, 2x3: (A) -> 1-2', panels, { runs: 'run-1 <2>' }),
  );
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!.trim());
  for (const text of [
    'Curves &amp; more',
    '20261122-131405, 2x3: (A) -&gt; 1-2',
    'Reward',
    'Action accuracy',
    'Gradient steps',
  ]) {
    expect(texts).toContain(text);
  }
  expect(texts.filter((text) => text === 'DITTO')).toHaveLength(1);
  expect(svg).toContain('<metadata><item name="runs">run-1 &lt;2&gt;</item></metadata>');
  expect(svg).toContain('<title>Curves &amp; more</title>');
  expect(svg).toContain('stroke="#0072B2"');
  expect(svg).not.toMatch(/<text[^>]* x="[^"]*,/);
  expect(svg).toMatch(/font-weight="600" font-family="Inter, /);
});

test('the same learning curve as a PNG has the size that was asked for', async () => {
  const figure = learningCurve('Curves', 'two runs', panels, { runs: 'run-1' });
  const png = figureToPng(figure, 3);
  const { width, height } = await loadImage(png);
  expect([width, height]).toEqual([figure.width * 3, figure.height * 3]);
  expect(readPngText(png)['runs']).toBe('run-1');
});
