/** The n-th colour for series, as the stylesheet has it at the moment (tokens.css). */
export function seriesColour(index: number): string {
  return cssColour(`--series-${(index % 7) + 1}`);
}

/** All of them, in their order. */
export const seriesColours = (): string[] => Array.from({ length: 7 }, (_, index) => seriesColour(index));

const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3]] as const;

/** Lengths of dashes and gaps in pixels: the second seven series have the colours of the first, and other lines. */
export const seriesDash = (index: number): readonly number[] =>
  dashes[Math.floor(index / 7) % dashes.length]!;

/** A colour by the name of its token, resolved: canvases know no `light-dark()`. */
export function cssColour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
