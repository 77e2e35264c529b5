import { createCanvas, SvgExportFlag, type SKRSContext2D } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { tidyPaths } from './svg-paths';

function draw(paint: (context: SKRSContext2D) => void): string {
  const canvas = createCanvas(100, 100, SvgExportFlag.NoPrettyXML);
  paint(canvas.getContext('2d'));
  return canvas.getContent().toString('utf8');
}

test('a disc is a circle of its colour, place and size', () => {
  const svg = draw((context) => {
    context.fillStyle = '#D55E00';
    context.translate(6, 32.8);
    context.beginPath();
    context.arc(22.1234567, 55.9, 2.6, 0, 2 * Math.PI);
    context.fill();
  });
  expect(svg).toMatch(/<path[^>]*Q/);
  const tidied = tidyPaths(svg);
  expect(tidied).not.toContain('<path');
  expect(tidied).toMatch(/<circle fill="#D55E00"[^>]* cx="22.123" cy="55.9" r="2.6"\/>/);
  expect(tidied.length).toBeLessThan(svg.length / 5);
});

test('what is no disc stays a path, to three decimals', () => {
  const svg = draw((context) => {
    context.ellipse(50, 50, 20, 10, 0, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.arc(50, 50, 20, 0, 4);
    context.fill();
    context.beginPath();
    context.moveTo(1.23456789, 2);
    context.lineTo(-1 / 3, 1e-7);
    context.stroke();
  });
  const tidied = tidyPaths(svg);
  expect(tidied).not.toContain('<circle');
  expect(tidied.match(/<path/g)).toHaveLength(3);
  expect(tidied).toContain('d="M1.235 2L-0.333 0"');
});
