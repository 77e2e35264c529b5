import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { Command } from 'commander';
import type { GymnasiumStatus } from '../../../shared/gymnasium';
import { studioVersion } from '../../../shared/version';
import { freeBytes, formatBytes } from '../../studio/disk-space';
import { gymnasiumStatus } from '../../studio/environments/set-up-gymnasium';
import { describeEngines, type EngineStatus } from '../../tensor/engines';
import { registryFile } from '../../trainer/home';
import { versions } from '../../trainer/run-folder';
import { addCommand, type CommonOptions, type Invocation } from '../command';
import { openStudio } from '../home';
import { formatTable } from '../text';

export function addDoctorCommand(program: Command, invocation: Invocation): void {
  addCommand(program, 'doctor', 'Say what this machine has, and what it lacks.').action(
    async (options: CommonOptions) => {
      const registry = await openStudio(options.home);
      const { home } = registry;
      const health = {
        file: registryFile(home),
        runs: registry.listRuns().length,
        datasets: registry.listDatasets().length,
        notices: [...registry.notices],
      };
      registry.close();
      const document = {
        studio: studioVersion,
        node: process.versions.node,
        onnxruntime: versions().onnxruntime,
        operators: versions().operators ?? null,
        platform: versions().platform,
        cpu: { model: versions().cpu, cores: cpus().length, usableCores: availableParallelism() },
        memory: { totalBytes: totalmem(), freeBytes: freemem() },
        home: { path: home, freeBytes: await freeBytes(home) },
        registry: health,
        gymnasium: await gymnasiumStatus(home),
        engines: await describeEngines(),
      };
      invocation.deliver({ document, text: formatReport(document) });
    },
  );
}

interface Report {
  studio: string;
  node: string;
  onnxruntime: string;
  operators: string | null;
  platform: string;
  cpu: { model: string; cores: number; usableCores: number };
  memory: { totalBytes: number; freeBytes: number };
  home: { path: string; freeBytes: number };
  registry: { file: string; runs: number; datasets: number; notices: string[] };
  gymnasium: GymnasiumStatus;
  engines: EngineStatus[];
}

function formatReport({ cpu, memory, home, registry, gymnasium, engines, ...report }: Report): string {
  const facts = [
    ['DITTO Studio', report.studio],
    ['Node', report.node],
    ['ONNX Runtime', report.onnxruntime],
    ['own operators', report.operators ?? 'none: there was no C compiler when the studio was built'],
    ['platform', report.platform],
    ['processor', `${cpu.model}, ${cpu.usableCores} of ${cpu.cores} cores usable`],
    ['memory', `${formatBytes(memory.totalBytes)}, ${formatBytes(memory.freeBytes)} free`],
    ['home', `${home.path}, ${formatBytes(home.freeBytes)} free`],
    ['registry', `sound, ${registry.runs} runs and ${registry.datasets} datasets`],
    ...registry.notices.map((notice) => ['', notice]),
    ['Gymnasium', formatGymnasium(gymnasium)],
  ];
  const lines = engines.map(({ id, title, available, reason, howToGet }) =>
    available
      ? `  yes  ${id}: ${title}`
      : `  no   ${id}: ${title}\n         ${reason ?? ''}\n         ${howToGet}`,
  );
  return [formatTable(facts), '', 'Engines', ...lines].join('\n');
}

/** For environments that are not built in; nothing else needs Python. */
const formatGymnasium = ({ python, reason, versions, ids }: GymnasiumStatus): string =>
  reason === null
    ? `${versions['gymnasium']} in ${python}, ${ids.length} environments`
    : `not here, and needed only for environments that are not built in; "environments setup" installs it`;
