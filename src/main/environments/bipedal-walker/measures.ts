/**
 * The measures of Gymnasium's `BipedalWalker-v3`, metres unless stated. It gives sizes in pixels of its 600 x 400 view,
 * of which 30 are a metre.
 */
export const SCALE = 30;
export const VIEW_WIDTH = 600 / SCALE;
export const VIEW_HEIGHT = 400 / SCALE;

/** Between two points of the ground. */
export const STEP = 14 / SCALE;
/** Points of the ground, which is as long as a course gets. */
export const GROUND_POINTS = 200;
/** Flat points at the start. */
export const START_POINTS = 20;
/** The ground wanders around this height. */
export const GROUND_HEIGHT = VIEW_HEIGHT / 4;
/** A walker beyond this x has arrived: ten points before the ground ends. */
export const GOAL = (GROUND_POINTS - 10) * STEP;

/** Convex, from the hull's origin, clockwise. */
export const HULL_CORNERS = (
  [
    [-30, 9],
    [6, 9],
    [34, 1],
    [34, -8],
    [-30, -8],
  ] as const
).map(([x, y]) => [x / SCALE, y / SCALE] as const);
/** Hips are this far above the hull's origin. */
export const HIP = -8 / SCALE;
export const LEG_LENGTH = 34 / SCALE;
export const UPPER_LEG_WIDTH = 8 / SCALE;
export const LOWER_LEG_WIDTH = 0.8 * UPPER_LEG_WIDTH;
