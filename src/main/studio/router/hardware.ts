import { cpus, freemem, totalmem } from 'node:os';
import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { describeEngines } from '../../tensor/engines';
import { cudaFolder } from '../../trainer/home';
import { versions } from '../../trainer/run-folder';
import { runBenchmark } from '../benchmark/run-benchmark';
import { listBenchmarks } from '../benchmark/store';
import { workProgress } from '../datasets/work-progress';
import { freeBytes } from '../disk-space';
import { setUpCuda } from '../engines/set-up-cuda';
import type { Studio } from '../studio';

export const hardwareHandlers = (studio: Studio): Handlers<StudioContract>['hardware'] => ({
  machine: async () => ({
    platform: versions().platform,
    processor: versions().cpu,
    cores: cpus().length,
    totalBytes: totalmem(),
    freeBytes: freemem(),
    home: studio.registry.home,
    diskFreeBytes: await freeBytes(studio.registry.home),
    studioBytes: process.memoryUsage.rss(),
  }),
  engines: () => describeEngines(),
  setUpCuda: (_, signal) =>
    workProgress(async (options) => {
      await setUpCuda(cudaFolder(studio.registry.home), options);
      return describeEngines();
    }, signal),
  benchmarks: () => listBenchmarks(studio.registry.home),
  benchmark: ({ engine }, signal) => runBenchmark(studio, engine, signal),
});
