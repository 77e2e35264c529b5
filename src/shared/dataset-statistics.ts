/** Counts in bins of equal width; bin i holds the values from `start + i * width` to before `start + (i + 1) * width`. */
export interface Histogram {
  start: number;
  width: number;
  counts: number[];
}

/** A distribution over episodes. */
export interface Distribution {
  minimum: number;
  maximum: number;
  mean: number;
  median: number;
  histogram: Histogram;
}

/** What a dataset's page shows of its numbers; null for what an empty dataset does not have. */
export interface DatasetStatistics {
  /** Undiscounted returns of the episodes. */
  returns: Distribution | null;
  /** Steps of the episodes. */
  lengths: Distribution | null;
  /** How often each discrete action was taken, in the order of the action names; empty for continuous ones. */
  actionCounts: number[];
  /** How often each component of continuous actions took which values, over [-1, 1]; empty for discrete ones. */
  actionHistograms: Histogram[];
  /** Episodes that reached a true end state. */
  terminatedEpisodes: number;
}

/** A few frames of one episode. */
export interface FrameStrip {
  /** `[height, width, channels]` */
  shape: [number, number, number];
  /** Step of each frame within the episode. */
  steps: number[];
  /** `[frames, height, width, channels]`, 0 to 255. */
  pixels: Uint8Array;
}
