/**
 * Bounds on what a dataset folder may claim. Such folders are shared between people, so a header is untrusted until
 * checked: without bounds, a few bytes could ask for terabytes of memory.
 */
export const MAXIMUM_STEPS = 2 ** 27;
export const MAXIMUM_EPISODES = 2 ** 24;
/** Bytes of one decoded observation. */
export const MAXIMUM_FRAME_BYTES = 2 ** 24;
/** Bytes of one decoded chunk. */
export const MAXIMUM_CHUNK_BYTES = 2 ** 26;
/** Bytes of one `zarr.json`. */
export const MAXIMUM_METADATA_BYTES = 2 ** 24;
