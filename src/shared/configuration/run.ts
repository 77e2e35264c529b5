import { z } from 'zod';
import { choice, integer } from './field';

const threads = () =>
  integer(0, {
    minimum: 0,
    maximum: 1024,
    unit: 'threads',
    description: 'Threads of the compiled engine on the CPU; 0 takes all cores.',
    source: 'DITTO Studio',
  });

/** Settings that every training run has beside those of its method. */
export const trainingRunConfiguration = z.object({
  seed: integer(0, {
    minimum: 0,
    maximum: 2 ** 31 - 1,
    description: 'Equal seeds give equal runs: all randomness is derived from it.',
    source: 'DITTO Studio',
  }),
  checkpointInterval: integer(1000, {
    minimum: 1,
    maximum: 1_000_000,
    unit: 'steps',
    description: 'Gradient steps between checkpoints.',
    source: 'DITTO Studio',
  }),
  keepCheckpoints: integer(3, {
    minimum: 1,
    maximum: 1000,
    unit: 'checkpoints',
    description: 'Newest checkpoints that are kept.',
    source: 'DITTO Studio',
  }),
  validationInterval: integer(500, {
    minimum: 1,
    maximum: 1_000_000,
    unit: 'steps',
    description: 'Gradient steps between measurements on held-out episodes.',
    source: 'DITTO Studio',
  }),
  logInterval: integer(10, {
    minimum: 1,
    maximum: 100_000,
    unit: 'steps',
    description: 'Gradient steps between recorded metrics.',
    source: 'DITTO Studio',
  }),
  threads: threads(),
  precision: choice(['float32', 'mixed'], 'float32', {
    description:
      'mixed: matrix products and convolutions in half precision, all else and the parameters in single, the loss ' +
      'scaled by what its gradients bear. For GPUs that are faster so; a CPU is slower.',
    source: 'Micikevicius et al., "Mixed Precision Training" (2018)',
  }),
});

export type TrainingRunConfiguration = z.output<typeof trainingRunConfiguration>;

const stickyPercent = (more = '') =>
  integer(0, {
    minimum: 0,
    maximum: 99,
    unit: '%',
    description: `Share of steps that repeat the action before instead of the one asked for; MinAtar has 10.${more}`,
    source: 'Machado et al., "Revisiting the Arcade Learning Environment" (2018)',
  });

/** Settings of a recording. */
export const recordingConfiguration = z.object({
  episodes: integer(10, {
    minimum: 1,
    maximum: 1_000_000,
    unit: 'episodes',
    description: 'Episodes to record.',
    source: 'DITTO Studio',
  }),
  noisePercent: integer(0, {
    minimum: 0,
    maximum: 100,
    unit: '%',
    description: 'Share of actions that are replaced by uniformly random ones.',
    source: 'DITTO Studio',
  }),
  stickyPercent: stickyPercent(),
  seed: integer(0, {
    minimum: 0,
    maximum: 2 ** 31 - 1,
    description: 'Seed of the first episode; later ones count up from it.',
    source: 'DITTO Studio',
  }),
});

export type RecordingConfiguration = z.output<typeof recordingConfiguration>;

/** Settings of an evaluation in the true environment. */
export const evaluationConfiguration = z.object({
  episodes: integer(20, {
    minimum: 1,
    maximum: 100_000,
    unit: 'episodes',
    description: 'Episodes to play, each on a seed of its own; every policy gets the same ones.',
    source: 'paper, section 4.2 (20 simulations)',
  }),
  gradientSteps: integer(10, {
    minimum: 1,
    maximum: 1000,
    unit: 'checkpoints',
    description:
      "Newest checkpoints of each agent that play, as many as there are: a mean over gradient steps is no single policy's luck.",
    source: 'paper, section 4.2 (10 gradient steps)',
  }),
  stickyPercent: stickyPercent(' Left alone, that of the data that all the agents learned from.'),
  seed: integer(1_000_000, {
    minimum: 0,
    maximum: 2 ** 31 - 1,
    description: "Seed of the first episode; far from recordings' seeds.",
    source: 'DITTO Studio',
  }),
  threads: threads(),
});

export type EvaluationConfiguration = z.output<typeof evaluationConfiguration>;
