import type { Body, Contact, RevoluteJoint } from 'planck';
import { buildGround, buildHull, buildLeg, type Leg } from './bodies';
import type { Course } from './course';
import { SCALE, VIEW_HEIGHT, VIEW_WIDTH } from './measures';
import { OrderedWorld } from './ordered-world';

const FRAMES_PER_SECOND = 50;
const VELOCITY_ITERATIONS = 6 * 30;
const POSITION_ITERATIONS = 2 * 30;
const GRAVITY = { x: 0, y: -10 };

export const MOTOR_TORQUE = 80;
/** Radians per second. */
const HIP_SPEED = 4;
const KNEE_SPEED = 6;

const LIDAR_RANGE = 160 / SCALE;
/** From straight down to nearly straight ahead, radians. */
const LIDAR_ANGLES = Array.from({ length: 10 }, (_, ray) => (1.5 * ray) / 10);

/** The physics of Gymnasium's `BipedalWalker-v3`: a hull on two legs of two parts, four motors and a lidar of ten rays. */
export class Walker {
  readonly hull: Body;
  /** First the one that starts behind. */
  readonly legs: readonly [Leg, Leg];
  /** The hull has touched the ground. */
  fallen = false;
  /** How far each ray reached, as a fraction of its range. */
  #lidar: readonly number[] = [];
  readonly #world = new OrderedWorld({ gravity: GRAVITY });
  readonly #feet = new Map<Body, boolean>();

  constructor(course: Course) {
    buildGround(this.#world, course);
    this.hull = buildHull(this.#world, course);
    this.legs = [buildLeg(this.#world, this.hull, -1), buildLeg(this.#world, this.hull, 1)];
    for (const { lower } of this.legs) this.#feet.set(lower, false);
    this.#world.on('begin-contact', (contact) => this.#touch(contact, true));
    this.#world.on('end-contact', (contact) => this.#touch(contact, false));
  }

  /** Moves on by a fiftieth of a second. `action` [hip, knee, hip, knee]: direction and share of the motors' torque. */
  step(action: Float32Array): void {
    this.legs.forEach(({ hip, knee }, leg) => {
      drive(hip, HIP_SPEED, action[2 * leg]!);
      drive(knee, KNEE_SPEED, action[2 * leg + 1]!);
    });
    this.#world.step(1 / FRAMES_PER_SECOND, VELOCITY_ITERATIONS, POSITION_ITERATIONS);
    this.#lidar = LIDAR_ANGLES.map((angle) => this.#castRay(angle));
  }

  /** Gymnasium's observation `[24]`: of the hull, of each leg's joints and contact, of the lidar. */
  state(): Float32Array {
    const velocity = this.hull.getLinearVelocity();
    return Float32Array.of(
      this.hull.getAngle(),
      (2 * this.hull.getAngularVelocity()) / FRAMES_PER_SECOND,
      (0.3 * velocity.x * VIEW_WIDTH) / FRAMES_PER_SECOND,
      (0.3 * velocity.y * VIEW_HEIGHT) / FRAMES_PER_SECOND,
      ...this.legs.flatMap(({ hip, knee, lower }) => [
        hip.getJointAngle(),
        hip.getJointSpeed() / HIP_SPEED,
        knee.getJointAngle() + 1,
        knee.getJointSpeed() / KNEE_SPEED,
        Number(this.#feet.get(lower)),
      ]),
      ...this.#lidar,
    );
  }

  /** As in Gymnasium, a foot on two edges of the ground counts as lifted once it leaves one of them. */
  #touch(contact: Contact, touching: boolean): void {
    for (const body of [contact.getFixtureA().getBody(), contact.getFixtureB().getBody()]) {
      if (body === this.hull && touching) this.fallen = true;
      if (this.#feet.has(body)) this.#feet.set(body, touching);
    }
  }

  /** To the nearest ground, as a fraction of the range; what belongs to the walker is transparent. */
  #castRay(angle: number): number {
    const { x, y } = this.hull.getPosition();
    const end = { x: x + Math.sin(angle) * LIDAR_RANGE, y: y - Math.cos(angle) * LIDAR_RANGE };
    let nearest = 1;
    this.#world.rayCast({ x, y }, end, (fixture, _point, _normal, fraction) => {
      if (fixture.getBody().isDynamic()) return -1;
      nearest = fraction;
      return fraction;
    });
    return nearest;
  }
}

function drive(joint: RevoluteJoint, speed: number, action: number): void {
  joint.setMotorSpeed(speed * Math.sign(action));
  joint.setMaxMotorTorque(MOTOR_TORQUE * Math.min(Math.abs(action), 1));
  // Box2D's motors wake the bodies that they turn whenever they are set, planck's only when they change.
  for (const body of [joint.getBodyA(), joint.getBodyB()]) if (!body.isAwake()) body.setAwake(true);
}
