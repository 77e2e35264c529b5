import type { Canvas } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import type { EnvironmentSpecification, PolicySpecification } from '../src/shared/environment';
import { createEnvironment, createPolicy, environmentSpecifications } from '../src/main/environments';

/** docs/environments.md and its pictures, from the specifications; environments-page.test.ts compares and writes them. */

const FRAMES = 8;
const SCALE = 2;
const GAP = 4;

/** Steps of an expert episode that show what an environment is about: the first, and from when on how far apart. */
const SCENES: Readonly<Record<string, { seed: number; from: number; every: number }>> = {
  breakout: { seed: 0, from: 180, every: 3 },
  asterix: { seed: 0, from: 700, every: 2 },
  freeway: { seed: 1, from: 60, every: 4 },
  invaders: { seed: 0, from: 100, every: 4 },
  seaquest: { seed: 1, from: 640, every: 2 },
  'bipedal-walker': { seed: 0, from: 60, every: 6 },
  'bipedal-walker-hardcore': { seed: 0, from: 0, every: 10 },
};

/** Frames of the expert at work, side by side. */
export function frameStrip(id: string): Canvas {
  const { seed, from, every } = SCENES[id] ?? { seed: 0, from: 0, every: 3 };
  const environment = createEnvironment(id);
  const policy = createPolicy(environment, 'expert');
  const [height, width, channels] = environment.specification.observationShape;
  const canvas = createCanvas(FRAMES * (width * SCALE + GAP) - GAP, height * SCALE);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  let frame = environment.reset(seed);
  policy.begin(seed);
  for (let step = 0, shown = 0; shown < FRAMES; step++) {
    if (step >= from && (step - from) % every === 0) {
      const small = createCanvas(width, height);
      const image = small.getContext('2d').createImageData(width, height);
      for (let pixel = 0; pixel < width * height; pixel++) {
        for (let colour = 0; colour < 3; colour++) {
          image.data[pixel * 4 + colour] = frame[pixel * channels + (channels === 3 ? colour : 0)]!;
        }
        image.data[pixel * 4 + 3] = 255;
      }
      small.getContext('2d').putImageData(image, 0, 0);
      context.drawImage(small, shown * (width * SCALE + GAP), 0, width * SCALE, height * SCALE);
      shown += 1;
    }
    frame = environment.step(policy.act()).observation;
  }
  return canvas;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: 'space bar',
};

function keyboard(specification: EnvironmentSpecification): string {
  if (specification.actionKind === 'continuous') return 'none, because an action is a vector';
  const { keyboard: keys, actions } = specification;
  return Object.entries(keys)
    .map(([code, action]) => `${KEY_NAMES[code] ?? code} ${actions[action]}`)
    .join(', ');
}

const policyRow = ({ id, meanReturn, description }: PolicySpecification): string =>
  `| ${id} | ${meanReturn} | ${description} |`;

function section(specification: EnvironmentSpecification): string {
  const { id, title, description, actions, maximumSteps, policies } = specification;
  return `## ${title}

\`${id}\`. ${description}

![Eight frames of an expert episode](images/environments/${id}.png)

Actions: ${actions.join(', ')}. Keys: ${keyboard(specification)}. At most ${maximumSteps} steps.

| policy | mean return | what it does |
|---|---|---|
${policies.map(policyRow).join('\n')}
`;
}

export function environmentsPage(): string {
  return `# Environments

Written here, so that nothing has to be installed; those of Gymnasium, Atari among them, can be added
([gymnasium.md](gymnasium.md)). Each follows Gymnasium's semantics, is deterministic per seed, shows pixels and comes
with policies of graded strength, which look at the true state, and, where actions are discrete, with keys, so that a
person can play. Returns are means over seeds 0 to 99, undiscounted; tests recompute them.

Actions can be sticky in each of them (Machado et al., "Revisiting the Arcade Learning Environment", 2018): with
\`--sticky-percent 10\`, \`record\` and \`evaluate\` let one step in ten repeat the action before instead of the one asked
for. They are not unless asked for, but agents are evaluated with the stickiness of the data that they learned from.
\`--noise-percent\` instead replaces actions by random ones before they are recorded.

${environmentSpecifications.map(section).join('\n')}
## The games and MinAtar

Breakout, Asterix, Freeway, Space Invaders and Seaquest follow the rules of MinAtar (Young and Tian, "MinAtar: An
Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning Experiments", 2019), read from its source
and written anew; each folder's tests pin them. What is different:

- MinAtar shows 10 by 10 cells with a channel for each kind of thing. Here a cell is drawn 6 pixels wide, in grey as the
  paper's Atari frames are. Directions, which MinAtar marks by trails, are drawn as trails or as the way that things
  look; Freeway's streaks are the longer the faster the car.
- What moves is large and bright, what stands still is dark: a world model's loss counts area times contrast squared.
  With a bright wall and a ball of 4 by 4 pixels, Breakout's ball was missing from dreams after 800 steps at \`tiny\` on
  1,700 frames; as it is drawn now it flies and bounces in them (one run of each).
- Only the actions that do something in a game are there, and episodes are cut at the steps above. MinAtar cuts none
  but Freeway's, at 2500.
- MinAtar's actions are sticky with probability 0.1 unless told otherwise; here they are not.
- Breakout and Space Invaders begin in many ways: MinAtar's Breakout has two starts and its Space Invaders one, so that
  a deterministic expert would have hardly more to show than one game. In Breakout the ball starts in any column and up
  to three bricks are missing from the first wall; in Space Invaders the places of cannon and aliens, their direction
  and the time of their first shot vary.
- After delivering six divers in Seaquest the next one counts. MinAtar's code takes one more than the six, which its
  description does not say. An enemy submarine that is shot does not shoot in the same step.

Difficulty ramps up as in MinAtar where it does there: in Asterix with time, in Space Invaders with each wave, in
Seaquest with each surfacing. Breakout and Freeway have no ramp.

## The walkers and Gymnasium

The Bipedal Walkers follow Gymnasium's source on planck, which is Box2D in JavaScript: ground, obstacles, lidar, joints,
motors, rewards and ends. \`test/parity/bipedal-walker.test.ts\` holds them to walks that Gymnasium made: over 100 steps
under the same actions no state and no reward differs by more than 0.005; Box2D computes in 32 bits and planck in 64.
What is different:

- Random numbers: a seed gives another course than in Gymnasium, from the same distributions.
- The picture is Gymnasium's view in grey, drawn at 64 by 64 pixels, without the lidar's ray that flashes up there.

The policies see the 24 numbers of Gymnasium's observation; recordings pair their actions with the pixels. The agent is
the PPO one of RL Baselines3 Zoo (resources/experts/README.md). By its mean action it falls in a third of the episodes,
in Gymnasium too. Measured with Gymnasium 1.4.0 and Box2D 2.3.10: on seeds 0 to 99 it returns 228 there (standard error
11) with 35 falls, and 216 (13) here with 32; on the same 50 courses 231.1 there with 16 falls and 229.8 here with 14,
and those that arrive return 303.7 there and 303.9 here. The 288 of the Zoo's own table was not to be had from it. With
80 % of its torque, which is the policy \`expert\`, it falls in 2 of 100 episodes.

---

This page and its pictures are made from the specifications, by
\`DITTO_WRITE_PAGE=1 npx vitest run --project unit scripts/environments-page.test.ts\`.
`;
}
