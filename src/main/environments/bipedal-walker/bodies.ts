import type { Body, FixtureOpt, Shape, World } from 'planck';
import { BoxShape, EdgeShape, PolygonShape, RevoluteJoint } from 'planck';
import type { Course } from './course';
import {
  GROUND_HEIGHT,
  HIP,
  HULL_CORNERS,
  LEG_LENGTH,
  LOWER_LEG_WIDTH,
  START_POINTS,
  STEP,
  UPPER_LEG_WIDTH,
} from './measures';

const GROUND_CATEGORY = 0x0001;
const WALKER_CATEGORY = 0x0020;
/** Legs have Box2D's default friction. */
const FRICTION = { ground: 2.5, hull: 0.1, leg: 0.2 };
const DENSITY = { hull: 5, leg: 1 };
/** Legs start this far apart from straight, radians. */
const STRIDE = 0.05;

export interface Leg {
  upper: Body;
  lower: Body;
  hip: RevoluteJoint;
  knee: RevoluteJoint;
}

/** The blocks, and one edge from each point of the ground to the next: in this order contacts are solved. */
export function buildGround(world: World, { heights, blocks }: Course): void {
  const ground = world.createBody();
  const options = { friction: FRICTION.ground, filterCategoryBits: GROUND_CATEGORY };
  for (const { left, bottom, right, top } of blocks) {
    const centre = { x: (left + right) / 2, y: (bottom + top) / 2 };
    ground.createFixture(new BoxShape((right - left) / 2, (top - bottom) / 2, centre), options);
  }
  const point = (index: number) => ({ x: index * STEP, y: heights[index]! });
  for (let index = 1; index < heights.length; index++) {
    ground.createFixture(new EdgeShape(point(index - 1), point(index)), options);
  }
}

/** The hull, standing at the start of the course, pushed a little to one side. */
export function buildHull(world: World, { push }: Course): Body {
  const corners = HULL_CORNERS.map(([x, y]) => ({ x, y }));
  const hull = buildPart(world, 0, 0, new PolygonShape(corners), {
    density: DENSITY.hull,
    friction: FRICTION.hull,
  });
  hull.applyForceToCenter({ x: push, y: 0 }, true);
  return hull;
}

/** A leg of two parts under the hull; `side` -1 starts behind, 1 in front. */
export function buildLeg(world: World, hull: Body, side: -1 | 1): Leg {
  const options = { density: DENSITY.leg, friction: FRICTION.leg };
  const part = (width: number, below: number): Body =>
    buildPart(world, -below, side * STRIDE, new BoxShape(width / 2, LEG_LENGTH / 2), options);
  const upper = part(UPPER_LEG_WIDTH, LEG_LENGTH / 2 + HIP);
  const lower = part(LOWER_LEG_WIDTH, (3 / 2) * LEG_LENGTH + HIP);
  const joint = (above: Body, below: Body, anchor: number, lowerAngle: number, upperAngle: number) =>
    world.createJoint(
      new RevoluteJoint({
        bodyA: above,
        bodyB: below,
        localAnchorA: { x: 0, y: anchor },
        localAnchorB: { x: 0, y: LEG_LENGTH / 2 },
        enableMotor: true,
        enableLimit: true,
        lowerAngle,
        upperAngle,
      }),
    )!;
  return {
    upper,
    lower,
    hip: joint(hull, upper, HIP, -0.8, 1.1),
    knee: joint(upper, lower, -LEG_LENGTH / 2, -1.6, -0.1),
  };
}

/** A body of the walker, whose parts collide with the ground alone; `height` counts from where the hull starts. */
function buildPart(world: World, height: number, angle: number, shape: Shape, options: FixtureOpt): Body {
  const position = { x: (STEP * START_POINTS) / 2, y: GROUND_HEIGHT + 2 * LEG_LENGTH + height };
  const body = world.createDynamicBody({ position, angle });
  body.createFixture(shape, {
    ...options,
    filterCategoryBits: WALKER_CATEGORY,
    filterMaskBits: GROUND_CATEGORY,
  });
  return body;
}
