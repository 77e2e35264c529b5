import { Peer, peerModes, type PeerMode, type PeerSettings } from './peer';
import { median } from '../src/main/learning/statistics';

const STEPS = 4;
/** `torch.compile` takes a minute, where it works at all. */
const LIMIT_SECONDS = 300;

/** Median step of each of PyTorch's modes, in milliseconds, each in a process of its own; null where it does not work. */
export async function timePeerModes(settings: PeerSettings): Promise<Record<PeerMode, number | null>> {
  const times: Partial<Record<PeerMode, number | null>> = {};
  for (const mode of peerModes) times[mode] = await timeMode(mode, settings);
  return times as Record<PeerMode, number | null>;
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

export function fastestMode(times: Record<PeerMode, number | null>): PeerMode {
  return peerModes.reduce((best, mode) => ((times[mode] ?? Infinity) < times[best]! ? mode : best), 'eager');
}
