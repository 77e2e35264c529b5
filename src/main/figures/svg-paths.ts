/** Of a point: a printer's dot is larger. */
const decimals = 3;
/** A circle's points lie within this share of its radius. */
const roundness = 0.01;
/** Skia draws an ellipse as at least that many curves. */
const fewestArcs = 8;

const numbers = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

/** Skia writes a disc as dozens of curves, with coordinates to nine digits: here it is a circle again, to three decimals. */
export function tidyPaths(svg: string): string {
  return svg.replaceAll(/<path([^>]*?) d="([^"]*)"/g, (_, attributes: string, path: string) => {
    const disc = discOf(path);
    if (!disc) return `<path${attributes} d="${path.replaceAll(numbers, (text) => round(Number(text)))}"`;
    const [x, y, radius] = disc.map(round);
    return `<circle${attributes} cx="${x}" cy="${y}" r="${radius}"`;
  });
}

const round = (value: number): string => String(Number(value.toFixed(decimals)));

/** Centre and radius, where the path is a disc and nothing else. */
function discOf(path: string): [x: number, y: number, radius: number] | undefined {
  const [start, ...arcs] = path.split('Q');
  if (arcs.length < fewestArcs || !/^M[^A-Z]*$/.test(start!) || !arcs.every((arc) => /^[^A-Z]*Z?$/.test(arc)))
    return undefined;
  // Of a curve's control point and end, the end.
  const points = arcs.map((arc) => (arc.match(numbers) ?? []).map(Number).slice(-2) as [number, number]);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [x, y, radius] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2];
  const isRound = points.every(
    ([px, py]) => Math.abs(Math.hypot(px - x, py - y) - radius) <= roundness * radius,
  );
  return isRound ? [x, y, radius] : undefined;
}
