export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of the title bar, so much has to be in sight that one can take hold of the window. */
const GRIP = { width: 120, height: 40 };

/**
 * Where a window opens that was at `wished` the last time: there, made no larger than the screen, if its title bar is in
 * sight; undefined (the system decides) if not, as when a screen was taken away.
 * @param areas of the screens that there are now, without task bars
 */
export function placeWindow(wished: Rectangle, areas: readonly Rectangle[]): Rectangle | undefined {
  const area = areas.find(({ x, y, width, height }) => {
    const visibleWidth = Math.min(wished.x + wished.width, x + width) - Math.max(wished.x, x);
    return visibleWidth >= GRIP.width && wished.y >= y && wished.y <= y + height - GRIP.height;
  });
  if (!area) return undefined;
  const { x, y } = wished;
  return {
    ...{ x, y },
    width: Math.min(wished.width, area.width),
    height: Math.min(wished.height, area.height),
  };
}
