import { cpus, freemem, totalmem } from 'node:os';
import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { describeEngines } from '../../tensor/engines';
import { versions } from '../../trainer/run-folder';
import { freeBytes } from '../disk-space';
import type { Studio } from '../studio';

export const hardwareHandlers = ({ registry }: Studio): Handlers<StudioContract>['hardware'] => ({
  machine: async () => ({
    platform: versions().platform,
    processor: versions().cpu,
    cores: cpus().length,
    totalBytes: totalmem(),
    freeBytes: freemem(),
    home: registry.home,
    diskFreeBytes: await freeBytes(registry.home),
    studioBytes: process.memoryUsage.rss(),
  }),
  engines: () => describeEngines(),
});
