import { loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { seriesStyle } from '../../shared/palette';
import { figureToCsv, figureToPdf, figureToPng, figureToSvg } from './files';
import type { CurvePanel } from './curve-panel';
import { curveFigure } from './learning-curve';
import { readPngHeader } from './png';
import { readPdfTexts } from './test-support';

const ditto = { label: 'DITTO, 2x3: (A) -> 1-2', style: seriesStyle(0), line: 'measured' };
const panels: CurvePanel[] = [
  {
    title: 'Reward & more',
    series: [{ ...ditto, points: [0.5, NaN, 0.75].map((y, index) => ({ x: index + 1, y })) }],
    references: [{ label: 'Expert', value: 0.8, colour: '#000000' }],
  },
  {
    title: 'Action accuracy',
    series: [
      { ...ditto, points: [{ x: 3, y: 0.9 }] },
      { label: 'λ, Žižek, "BC"', style: seriesStyle(1), line: 'measured', points: [{ x: 3, y: 0.8 }] },
    ],
  },
];
const figure = curveFigure({
  title: 'Curves',
  subtitle: 'of two runs',
  xTitle: 'Gradient steps',
  panels,
  size: { width: 486, height: undefined, fontSize: 8, heading: true },
  origin: { software: 'DITTO Studio 0', runs: ['run-1', 'run-2'], versions: ['Node <24>'], request: '{}' },
});
const words = ['Curves', 'of two runs', 'Reward & more', 'Expert', ditto.label, 'Gradient steps'];
/** Letters of several alphabets are several texts, one behind the other. */
const manyAlphabets = 'λ,Žižek,"BC"';
const together = (texts: readonly string[]) => texts.join('').replaceAll(' ', '');

test('an SVG has text as text, a legend without doubles, and where it comes from', () => {
  const svg = figureToSvg(figure);
  const escapes: Record<string, string> = { '&amp;': '&', '&gt;': '>', '&lt;': '<', '&quot;': '"' };
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) =>
    text!.replaceAll(/&\w+;/g, (entity) => escapes[entity]!).trim(),
  );
  expect(texts).toEqual(expect.arrayContaining(words));
  expect(together(texts)).toContain(manyAlphabets);
  expect(texts.filter((text) => text === ditto.label)).toHaveLength(1);
  expect(svg).toContain('<title>Curves</title>');
  expect(svg).toContain('<dc:description>Runs: run-1, run-2</dc:description>');
  expect(svg).toContain('<dc:description>Versions: Node &lt;24&gt;</dc:description>');
  expect(svg).toContain('stroke="#0072B2"');
  expect(svg).toMatch(/<svg[^>]* width="486pt" height="\d+pt" viewBox="0 0 486 \d+"/);
  // A text is one run of letters, not a place for each of them.
  expect(svg).not.toMatch(/<text[^>]* x="[^"]*,/);
  expect(svg).toMatch(/font-weight="600" font-family="Inter, /);
});

test('a PDF has text as text, every font inside and none as drawings', () => {
  const pdf = figureToPdf(figure);
  const texts = readPdfTexts(pdf);
  expect(texts).toEqual(expect.arrayContaining(words));
  expect(together(texts)).toContain(manyAlphabets);
  const plain = pdf.toString('latin1');
  expect(plain).toContain('/MediaBox [0 0 486 ');
  expect(plain).toContain('/Keywords (run-1, run-2)');
  expect(plain).toContain('Versions: Node <24>');
  expect(plain).toContain('/FontFile2');
  expect(plain).not.toContain('/Type3');
});

test.each([96, 300, 600])('a PNG of %d dots an inch has as many, and says so', async (dotsPerInch) => {
  const png = await figureToPng(figure, dotsPerInch);
  const { width, height } = await loadImage(png);
  expect(width).toBe(Math.round((486 / 72) * dotsPerInch));
  expect(height).toBe(Math.round((figure.height / 72) * dotsPerInch));
  const header = readPngHeader(png);
  expect(header.dotsPerInch).toBeCloseTo(dotsPerInch, 1);
  expect(header.texts).toMatchObject({ Title: 'Curves', Runs: 'run-1, run-2', Software: 'DITTO Studio 0' });
});

test('a PNG that no machine should have to draw is refused', async () => {
  await expect(figureToPng({ ...figure, height: 5000 }, 1200)).rejects.toThrow(/too large: choose fewer/);
});

test('a table has every point that is drawn, and no gap', () => {
  expect(figureToCsv(figure)).toBe(
    [
      '# Title: Curves',
      '# Software: DITTO Studio 0',
      '# Runs: run-1, run-2',
      '# Versions: Node <24>',
      '# Figure: {}',
      'panel,series,line,gradient steps,value,low,high',
      'Reward & more,"DITTO, 2x3: (A) -> 1-2",measured,1,0.5,,',
      'Reward & more,"DITTO, 2x3: (A) -> 1-2",measured,3,0.75,,',
      'Reward & more,Expert,reference,,0.8,,',
      'Action accuracy,"DITTO, 2x3: (A) -> 1-2",measured,3,0.9,,',
      'Action accuracy,"λ, Žižek, ""BC""",measured,3,0.8,,',
      '',
    ].join('\n'),
  );
});
