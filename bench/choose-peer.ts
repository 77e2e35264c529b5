import { Peer, peerModes, type PeerMode, type PeerSettings } from './peer';
import { median } from '../src/main/learning/statistics';

const STEPS = 4;
/** `torch.compile` takes a minute, where it works at all. */
const LIMIT_SECONDS = 300;

/** Median step in milliseconds; null where the mode does not work, nothing where it does not apply. */
export type PeerModeTimes = Partial<Record<PeerMode, number | null>>;

/** Times PyTorch's modes, each in a process of its own. */
export async function timePeerModes(settings: PeerSettings): Promise<PeerModeTimes> {
  const times: PeerModeTimes = {};
  for (const mode of peerModes) {
    // Agents see no images.
    if (mode === 'channels-last' && settings.training === 'ditto') continue;
    times[mode] = await timeMode(mode, settings);
  }
  return times;
}

async function timeMode(mode: PeerMode, settings: PeerSettings): Promise<number | null> {
  const peer = await Peer.start(mode, settings);
  const limit = setTimeout(() => peer.stop(), LIMIT_SECONDS * 1000);
  try {
    // The first step compiles and allocates.
    await peer.step();
    const times: number[] = [];
    for (let step = 0; step < STEPS; step++) times.push((await peer.step()).stepMs);
    return median(times);
  } catch (error) {
    // Plain PyTorch has to work; the others are attempts to be fair to it.
    if (mode === 'eager') throw error;
    return null;
  } finally {
    clearTimeout(limit);
    peer.stop();
  }
}

export function fastestMode(times: PeerModeTimes): PeerMode {
  return peerModes.reduce(
    (best, mode) => ((times[mode] ?? Infinity) < (times[best] ?? Infinity) ? mode : best),
    'eager',
  );
}
