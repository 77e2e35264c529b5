import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { heartbeatSchema } from '../../shared/runs';
import type { Heartbeat, ProcessIdentity } from '../../shared/runs';
import { writeJson } from './files';

const beatMilliseconds = 2000;
const freshMilliseconds = 10_000;

/** A heart that has been silent for longer belongs to a process that hangs, or, without a start time, to a dead one. */
export const silenceMilliseconds = 30_000;

export function heartbeatFile(runFolder: string): string {
  return join(runFolder, 'heartbeat.json');
}

export function writeHeartbeat(runFolder: string, pid: number, step: number): void {
  const heartbeat: Heartbeat = { ...processIdentity(pid), time: Date.now(), step };
  // Not flushed: after a power loss its process is gone whatever the file says, and a flush can take long.
  writeJson(heartbeatFile(runFolder), heartbeat, { durable: false });
}

/** The last heartbeat, or undefined where there is none that can be read. */
export function readHeartbeat(runFolder: string): Heartbeat | undefined {
  const path = heartbeatFile(runFolder);
  if (!existsSync(path)) return undefined;
  try {
    return heartbeatSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    // Cut short by a power loss, which ended the process as well.
    return undefined;
  }
}

export interface Heart {
  /** For a loop that does not let timers run: beats if it is time to. */
  beat(): void;
  stop(): void;
}

/**
 * Writes `heartbeat.json` every two seconds until stopped.
 * @param currentStep the step to write, asked at each beat
 * @param onError a beat that could not be written (a full disk) must not end the training; log it
 */
export function startHeart(
  runFolder: string,
  currentStep: () => number,
  onError: (error: unknown) => void,
): Heart {
  let last = 0;
  function write(): void {
    last = Date.now();
    try {
      writeHeartbeat(runFolder, process.pid, currentStep());
    } catch (error) {
      onError(error);
    }
  }
  write();
  const timer = setInterval(write, beatMilliseconds).unref();
  return {
    beat: () => {
      if (Date.now() - last >= beatMilliseconds) write();
    },
    stop: () => clearInterval(timer),
  };
}

/** Whether the process that wrote the heartbeat still exists; a reused pid does not pass for it. */
export function isAlive(
  { pid, processStart: start, time }: Omit<Heartbeat, 'step'>,
  now = Date.now(),
): boolean {
  if (!processExists(pid)) return false;
  return start === null ? now - time < silenceMilliseconds : processStart(pid) === start;
}

export const processIdentity = (pid: number): ProcessIdentity => ({ pid, processStart: processStart(pid) });

/** Whether the process that a file names still exists; while it does, it keeps the file fresh. */
export function isHeld(file: string, holder: ProcessIdentity): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && isAlive({ ...holder, time: stats.mtimeMs });
}

/** Keeps a file that names this process fresh, until stopped. */
export function keepFresh(file: string): () => void {
  const timer = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(file, now, now);
    } catch {
      // Gone, or on a disk that takes nothing now: whoever looks at it will say more.
    }
  }, freshMilliseconds).unref();
  return () => clearInterval(timer);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * On Linux the boot and the clock tick at which a process started, which no other process shares with its pid; null on
 * other platforms and for a process that is gone or a zombie (dead, its parent has not looked yet).
 */
export function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const startTicks = fields[19];
    if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
  } catch {
    return null;
  }
}
