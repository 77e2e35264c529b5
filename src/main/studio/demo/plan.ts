import type { DemoStepId } from '../../../shared/contract/demo';
import { findPreset } from '../../../shared/configuration/presets';
import { StudioError } from '../../../shared/errors';

/** Where the demo takes place: velocities are hidden from a single frame here, and small errors grow. */
export const demoEnvironment = 'pursuit';

/** Episodes from one built-in policy, some of its actions replaced by random ones. */
export interface DemoRecording {
  policy: string;
  noisePercent: number;
  episodes: number;
}

/** How much the demo does at a preset; everything about the training itself is the preset's. */
export interface DemoSize {
  /** Recorded by the expert: those to learn from, then those held out. */
  expertEpisodes: number;
  /** What the world model learns from. The expert alone would teach it nothing about mistakes and their ends. */
  practice: readonly DemoRecording[];
  /** Episodes of the final evaluation, the same for everybody. */
  evaluationEpisodes: number;
  /** Rough seconds on two CPU cores, to tell the time that is left before anything has been measured. */
  seconds: Readonly<Record<DemoStepId, number>>;
}

const sizes: Readonly<Record<string, DemoSize>> = {
  nano: {
    expertEpisodes: 6,
    practice: [
      { policy: 'weak', noisePercent: 20, episodes: 4 },
      { policy: 'random', noisePercent: 0, episodes: 6 },
    ],
    evaluationEpisodes: 4,
    seconds: { expert: 2, practice: 3, 'world-model': 6, ditto: 4, bc: 3, evaluation: 4, figures: 2 },
  },
  tiny: {
    expertEpisodes: 12,
    practice: [
      { policy: 'expert', noisePercent: 30, episodes: 60 },
      { policy: 'weak', noisePercent: 20, episodes: 60 },
      { policy: 'expert', noisePercent: 60, episodes: 60 },
      { policy: 'random', noisePercent: 0, episodes: 80 },
    ],
    evaluationEpisodes: 50,
    seconds: { expert: 2, practice: 8, 'world-model': 240, ditto: 60, bc: 20, evaluation: 8, figures: 3 },
  },
};

/** Throws StudioError for a preset that the demo does not run with. */
export function findDemoSize(preset: string): DemoSize {
  const size = Object.hasOwn(sizes, preset) ? sizes[preset] : undefined;
  if (size) return size;
  findPreset(preset);
  throw new StudioError(
    `The demo runs with preset ${Object.keys(sizes).join(' or ')}, not ${preset}: for that, record and train step by step.`,
  );
}

/** Far from the seeds of evaluations, and apart for different demo seeds. */
export function recordingSeed(seed: number): number {
  return 10_000_000 + 1000 * seed;
}

/** So that the seeds of recordings stay below 2^31. */
export const largestDemoSeed = 2_000_000;
