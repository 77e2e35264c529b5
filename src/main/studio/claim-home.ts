import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentitySchema, type ProcessIdentity } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import { readJson, writeJson } from '../trainer/files';
import { isHeld, keepFresh, processIdentity } from '../trainer/heartbeat';

/**
 * Takes a home for this process's studio: two would overwrite each other's queue. One that was killed holds nothing. Throws
 * StudioError if another one has it. Returns how to let go.
 */
export function claimHome(home: string): () => void {
  const file = join(home, 'studio.json');
  const holder = readHolder(file);
  if (holder && holder.pid !== process.pid && isHeld(file, holder)) {
    throw new StudioError(
      `DITTO Studio is open on this folder already, as process ${holder.pid}: use that one, close it first, or choose ` +
        `another folder with --home. ${home}`,
    );
  }
  writeJson(file, processIdentity(process.pid));
  const stop = keepFresh(file);
  return () => {
    stop();
    rmSync(file, { force: true });
  };
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return readJson(file, processIdentitySchema);
  } catch {
    // There is none, or it was cut short by a power loss, which ended its studio as well.
    return undefined;
  }
}
