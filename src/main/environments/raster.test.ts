import { describe, expect, test } from 'vitest';
import type { Raster } from './raster';
import { createRaster, drawDisc, drawLine, drawPolygon, drawRectangle } from './raster';

function sum(raster: Raster): number {
  return raster.pixels.reduce((total, value) => total + value, 0);
}

describe('raster', () => {
  test('a rectangle between pixels covers its exact area', () => {
    const raster = createRaster(8, 6, 0);
    drawRectangle(raster, 1.5, 2, 4.25, 4, 200);
    expect([...raster.pixels.subarray(16, 24)]).toEqual([0, 100, 200, 200, 50, 0, 0, 0]);
    expect(sum(raster)).toBe(2 * 550);
  });

  test('a polygon covers its exact area, whichever way round and with dents', () => {
    const corners = [
      [1.3, 1.2],
      [9.7, 2.9],
      [5.1, 3.6],
      [8.2, 10.4],
    ] as const;
    for (const order of [corners, corners.toReversed()]) {
      const raster = createRaster(12, 12, 0);
      drawPolygon(raster, order, 200);
      const twice = corners.reduce((area, [x, y], index) => {
        const [nextX, nextY] = corners[(index + 1) % corners.length]!;
        return area + x * nextY - nextX * y;
      }, 0);
      expect(sum(raster) / 200).toBeCloseTo(Math.abs(twice) / 2, 1);
    }
  });

  test('a polygon is cut at the image', () => {
    const raster = createRaster(4, 2, 0);
    const cut = [
      [-3, -1],
      [2.5, -1],
      [2.5, 1.5],
      [-3, 1.5],
    ] as const;
    drawPolygon(raster, cut, 200);
    expect([...raster.pixels]).toEqual([200, 200, 100, 0, 100, 100, 50, 0]);
    drawPolygon(
      raster,
      cut.map(([x, y]) => [x + 8, y] as const),
      200,
    );
    expect([...raster.pixels]).toEqual([200, 200, 100, 0, 100, 100, 50, 0]);
  });

  test('shapes are drawn over what is there', () => {
    const raster = createRaster(4, 1, 50);
    drawRectangle(raster, 1, 0, 2.5, 1, 150);
    expect([...raster.pixels]).toEqual([50, 150, 100, 50]);
  });

  test('a disc has the area of a circle wherever it lies', () => {
    for (const shift of [0, 0.25, 0.5, 0.8]) {
      const raster = createRaster(20, 20, 0);
      drawDisc(raster, 9.5 + shift, 10 - shift, 3, 255);
      expect(Math.abs(sum(raster) / 255 / (9 * Math.PI) - 1)).toBeLessThan(0.03);
    }
  });

  test('a slanted line has the area of its length times its thickness plus the round ends', () => {
    const raster = createRaster(40, 40, 0);
    drawLine(raster, 8, 30, 22, 9, 3, 255);
    const area = Math.hypot(14, 21) * 3 + 1.5 ** 2 * Math.PI;
    expect(Math.abs(sum(raster) / 255 / area - 1)).toBeLessThan(0.03);
  });

  test('a movement of a quarter of a pixel changes the image', () => {
    const images = [10, 10.25].map((x) => {
      const raster = createRaster(20, 20, 0);
      drawLine(raster, x, 15, x, 5, 3, 255);
      return raster.pixels;
    });
    expect(images[0]).not.toEqual(images[1]);
  });

  test('shapes beyond the border are cut, not wrapped to the other side', () => {
    const raster = createRaster(10, 10, 0);
    drawRectangle(raster, -3, -3, 1, 1, 255);
    drawDisc(raster, 10, 5, 2, 255);
    drawLine(raster, 5, 20, 30, 20, 3, 255);
    expect(raster.pixels[0]).toBe(255);
    expect(raster.pixels[59]).toBe(255);
    expect(raster.pixels[50]).toBe(0);
    expect(raster.pixels[9]).toBe(0);
    expect([...raster.pixels.subarray(90)].every((value) => value === 0)).toBe(true);
  });
});
