import type { Body, PolygonShape } from 'planck';
import { createRaster, drawPolygon } from '../raster';
import type { Course, Point } from './course';
import { GROUND_HEIGHT, SCALE, STEP, VIEW_HEIGHT, VIEW_WIDTH } from './measures';
import type { Walker } from './walker';

export const PICTURE_SIZE = 64;

/** Luminance of Gymnasium's colours (ITU-R BT.601). */
const GREY = {
  sky: 220,
  cloud: 255,
  ground: 129,
  grass: [181, 151],
  block: { fill: 255, line: 153 },
  legs: [
    { fill: 130, line: 94 },
    { fill: 80, line: 44 },
  ],
  hull: { fill: 94, line: 82 },
  flag: 99,
  black: 0,
} as const;

/** Metres; one of Gymnasium's pixels. */
const LINE_WIDTH = 1 / SCALE;
const FLAG: readonly Point[] = (
  [
    [0, 50],
    [0, 40],
    [25, 45],
  ] as const
).map(([x, y]) => [3 * STEP + x / SCALE, GROUND_HEIGHT + y / SCALE]);
const FLAG_FOOT: Point = [3 * STEP, GROUND_HEIGHT];

/**
 * What Gymnasium's camera sees, its 600 x 400 pixels averaged to `[64, 64]` grey ones as DITTO's authors do, but for the
 * lidar's ray that Gymnasium flashes up: the walker stands a fifth from the left.
 */
export function drawPicture(walker: Walker, course: Course): Uint8Array {
  const raster = createRaster(PICTURE_SIZE, PICTURE_SIZE, GREY.sky);
  const scroll = Math.max(0, walker.hull.getPosition().x - VIEW_WIDTH / 5);
  const fill = (corners: readonly Point[], grey: number, from = scroll): void =>
    drawPolygon(
      raster,
      corners.map(([x, y]) => [
        ((x - from) * PICTURE_SIZE) / VIEW_WIDTH,
        PICTURE_SIZE - (y * PICTURE_SIZE) / VIEW_HEIGHT,
      ]),
      grey,
    );
  const outlined = (corners: readonly Point[], grey: { fill: number; line: number }): void => {
    fill(corners, grey.fill);
    corners.forEach((corner, index) => fill(line(corner, corners[(index + 1) % corners.length]!), grey.line));
  };

  for (const cloud of course.clouds) fill(cloud, GREY.cloud, scroll / 2);
  drawGround(course, scroll, fill);
  for (const { left, bottom, right, top } of course.blocks) {
    if (right < scroll || left > scroll + VIEW_WIDTH) continue;
    outlined(
      [
        [left, bottom],
        [right, bottom],
        [right, top],
        [left, top],
      ],
      GREY.block,
    );
  }
  walker.legs.forEach(({ upper, lower }, leg) => {
    for (const part of [upper, lower]) outlined(outline(part), GREY.legs[leg]!);
  });
  outlined(outline(walker.hull), GREY.hull);
  fill(line(FLAG_FOOT, FLAG[0]!), GREY.black);
  fill(FLAG, GREY.flag);
  return raster.pixels;
}

function drawGround(
  { heights }: Course,
  scroll: number,
  fill: (corners: readonly Point[], grey: number) => void,
): void {
  const first = Math.floor(scroll / STEP);
  const points = heights
    .map((height, index): Point => [index * STEP, height])
    .slice(first, first + Math.ceil(VIEW_WIDTH / STEP) + 2);
  fill([...points, [points.at(-1)![0], 0], [points[0]![0], 0]], GREY.ground);
  for (let index = 1; index < points.length; index++) {
    fill(line(points[index - 1]!, points[index]!), GREY.grass[(first + index - 1) % 2]!);
  }
}

/** Corners of a line, metres. */
function line([fromX, fromY]: Point, [toX, toY]: Point): Point[] {
  const length = Math.hypot(toX - fromX, toY - fromY);
  const x = ((fromY - toY) / length) * (LINE_WIDTH / 2);
  const y = ((toX - fromX) / length) * (LINE_WIDTH / 2);
  return [
    [fromX + x, fromY + y],
    [toX + x, toY + y],
    [toX - x, toY - y],
    [fromX - x, fromY - y],
  ];
}

/** Corners of a body of one polygon, metres. */
function outline(body: Body): Point[] {
  const { m_vertices: corners } = body.getFixtureList()!.getShape() as PolygonShape;
  return corners.map((corner): Point => {
    const { x, y } = body.getWorldPoint(corner);
    return [x, y];
  });
}
