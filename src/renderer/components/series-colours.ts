/** The n-th colour for series, as the stylesheet has it at the moment (tokens.css). */
export function seriesColour(index: number): string {
  return cssColour(`--series-${(index % 7) + 1}`);
}

/** A colour by the name of its token, resolved: canvases know no `light-dark()`. */
export function cssColour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
