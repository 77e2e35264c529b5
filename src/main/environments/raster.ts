/**
 * Anti-aliased shapes drawn into a square-pixel grey image, row-major `[height, width]`, values 0 to 255. A pixel's
 * coverage is estimated from the signed distance of its centre to the shape, so that motion of a fraction of a pixel
 * changes the image: a model that sees only pixels can then tell slow motion from none.
 */
export interface Raster {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A new image filled with one grey value. */
export function createRaster(width: number, height: number, grey: number): Raster {
  return { pixels: new Uint8Array(width * height).fill(grey), width, height };
}

function blend(pixels: Uint8Array, index: number, coverage: number, grey: number): void {
  const below = pixels[index]!;
  pixels[index] = coverage >= 1 ? grey : Math.round(below + (grey - below) * coverage);
}

/** Length of the part of pixel `[index, index + 1]` that lies in `[low, high]`. */
function overlap(index: number, low: number, high: number): number {
  return Math.min(index + 1, high) - Math.max(index, low);
}

/** An axis-aligned rectangle with exact area coverage; edges in pixels from the top left corner, cut at the image. */
export function drawRectangle(
  raster: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
  grey: number,
): void {
  const { pixels, width, height } = raster;
  const lastRow = Math.min(height, Math.ceil(bottom));
  const lastColumn = Math.min(width, Math.ceil(right));
  for (let row = Math.max(0, Math.floor(top)); row < lastRow; row++) {
    const rowCoverage = overlap(row, top, bottom);
    for (let column = Math.max(0, Math.floor(left)); column < lastColumn; column++) {
      blend(pixels, row * width + column, rowCoverage * overlap(column, left, right), grey);
    }
  }
}

/** A line segment of a given thickness with round ends; coordinates in pixels, cut at the image. */
export function drawLine(
  raster: Raster,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  thickness: number,
  grey: number,
): void {
  const { pixels, width, height } = raster;
  const radius = thickness / 2;
  const reach = radius + 0.5;
  const alongX = toX - fromX;
  const alongY = toY - fromY;
  const inverseSquare = 1 / Math.max(alongX * alongX + alongY * alongY, 1e-9);
  const firstRow = Math.max(0, Math.floor(Math.min(fromY, toY) - reach));
  const lastRow = Math.min(height - 1, Math.ceil(Math.max(fromY, toY) + reach));
  const firstColumn = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
  const lastColumn = Math.min(width - 1, Math.ceil(Math.max(fromX, toX) + reach));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = row + 0.5 - fromY;
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = column + 0.5 - fromX;
      const share = Math.min(1, Math.max(0, (x * alongX + y * alongY) * inverseSquare));
      const offX = x - share * alongX;
      const offY = y - share * alongY;
      const squared = offX * offX + offY * offY;
      if (squared < reach * reach) {
        blend(pixels, row * width + column, reach - Math.sqrt(squared), grey);
      }
    }
  }
}

/** A filled disc; centre and radius in pixels, cut at the image. */
export function drawDisc(raster: Raster, x: number, y: number, radius: number, grey: number): void {
  drawLine(raster, x, y, x, y, 2 * radius, grey);
}

/** A filled polygon with exact area coverage; corners `[x, y]` in pixels from the top left corner, cut at the image. */
export function drawPolygon(
  { pixels, width, height }: Raster,
  corners: readonly (readonly [x: number, y: number])[],
  grey: number,
): void {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const firstColumn = Math.max(0, Math.floor(Math.min(...xs)));
  const lastColumn = Math.min(width, Math.ceil(Math.max(...xs)));
  if (firstColumn >= lastColumn) return;
  const lastRow = Math.min(height, Math.ceil(Math.max(...ys)));
  const coverage = new Float64Array(width);
  for (let row = Math.max(0, Math.floor(Math.min(...ys))); row < lastRow; row++) {
    coverage.fill(0, firstColumn, lastColumn);
    for (let corner = 0, last = xs.length - 1; corner < xs.length; last = corner++) {
      const from = Math.min(row + 1, Math.max(row, ys[last]!));
      const to = Math.min(row + 1, Math.max(row, ys[corner]!));
      if (from === to) continue;
      const slope = (xs[corner]! - xs[last]!) / (ys[corner]! - ys[last]!);
      const fromX = xs[last]! + (from - ys[last]!) * slope;
      const toX = xs[last]! + (to - ys[last]!) * slope;
      const touched = Math.max(firstColumn, Math.floor(Math.min(fromX, toX)));
      for (let column = touched; column < lastColumn; column++) {
        coverage[column]! += (to - from) * meanCoverRightOf(column, fromX, toX);
      }
    }
    for (let column = firstColumn; column < lastColumn; column++) {
      blend(pixels, row * width + column, Math.abs(coverage[column]!), grey);
    }
  }
}

/** Mean length of the part of pixel `[index, index + 1]` to the right of a point that moves evenly between two places. */
function meanCoverRightOf(index: number, from: number, to: number): number {
  const near = index + 1 - from;
  const far = index + 1 - to;
  if (Math.abs(near - far) < 1e-9) return Math.min(1, Math.max(0, near));
  return (coverIntegral(near) - coverIntegral(far)) / (near - far);
}

/** Integral of a length cut to [0, 1]. */
function coverIntegral(length: number): number {
  if (length <= 0) return 0;
  return length < 1 ? length ** 2 / 2 : length - 0.5;
}
