import { cpus } from 'node:os';

/** Seconds that all cores together were busy since the machine started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/**
 * Starts watching what else the machine does. The returned function says which share of the machine's cores was taken
 * by processes that do not belong to the measurement: a measurement with a share above a few percent is not to be
 * trusted. Its argument is the processor time of the measurement's own child processes, in seconds.
 */
export function watchOtherLoad(): (childSeconds: number) => number {
  const startBusy = busySeconds();
  const startOwn = process.cpuUsage();
  const start = performance.now();
  return (childSeconds) => {
    const { user, system } = process.cpuUsage(startOwn);
    const available = ((performance.now() - start) / 1000) * cpus().length;
    const others = busySeconds() - startBusy - (user + system) / 1e6 - childSeconds;
    return Math.min(1, Math.max(0, others / available));
  };
}
