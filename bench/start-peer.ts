import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, type StoredTensor } from '../src/main/trainer/safetensors';
import { fastestMode, timePeerModes, type PeerModeTimes } from './choose-peer';
import { Peer, type PeerMode, type PeerSettings } from './peer';

export interface StartedPeer {
  peer: Peer | null;
  /** Of all modes, where the fastest was asked for. */
  peerModesMs: PeerModeTimes | null;
  stop(): Promise<void>;
}

/** Starts PyTorch in a mode or the fastest, or nothing. Throws StudioError if there is no Python with PyTorch. */
export async function startPeer(
  mode: PeerMode | 'fastest' | undefined,
  task: Omit<PeerSettings, 'tensors'> & { tensors: Record<string, StoredTensor> },
): Promise<StartedPeer> {
  if (mode === undefined) return { peer: null, peerModesMs: null, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'ditto-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const tensors = join(folder, 'task.safetensors');
    await writeFile(tensors, Buffer.concat(encodeSafetensors(task.tensors)));
    const settings = { ...task, tensors };
    const peerModesMs = mode === 'fastest' ? await timePeerModes(settings) : null;
    const peer = await Peer.start(peerModesMs ? fastestMode(peerModesMs) : (mode as PeerMode), settings);
    const stop = async (): Promise<void> => {
      peer.stop();
      await remove();
    };
    return { peer, peerModesMs, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
