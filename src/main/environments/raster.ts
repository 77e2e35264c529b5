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
