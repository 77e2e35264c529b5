/** What a world model paints of a sequence that it knows more and more indirectly; see `reconstructProgram`. */
export const reconstructionKinds = ['posterior', 'prior', 'openLoop'] as const;
export type ReconstructionKind = (typeof reconstructionKinds)[number];

/** A few sequences, and what a world model makes of them at one training step. Sequences lead, then time. */
export interface ReconstructionFilm {
  /** Gradient steps made before. */
  readonly step: number;
  readonly sequences: number;
  /** Steps of each sequence. */
  readonly time: number;
  /** Steps that the posterior saw before the open loop went on alone. */
  readonly context: number;
  /** `[height, width, channels]` */
  readonly frameShape: readonly [number, number, number];
  /** `[sequences]` index of the episode in the dataset */
  readonly episodes: Int32Array;
  /** `[sequences]` first step within its episode */
  readonly starts: Int32Array;
  /** `[sequences, time, height, width, channels]`, grey levels */
  readonly frames: Readonly<Record<'input' | ReconstructionKind, Uint8Array>>;
  /** `[sequences, time]` root of the mean squared difference from the input, in grey levels */
  readonly errors: Readonly<Record<ReconstructionKind, Float32Array>>;
}
