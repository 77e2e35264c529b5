import { join } from 'node:path';
import type { Command } from 'commander';
import { integer } from '../../../shared/configuration/field';
import { demoSteps } from '../../../shared/contract/demo';
import { z } from 'zod';
import { registryFile, runFolder } from '../../trainer/home';
import type { Registry } from '../../registry/registry';
import { JobControl } from '../../studio/follow-run';
import { runDemo, type DemoResult } from '../../studio/demo/demo';
import { largestDemoSeed } from '../../studio/demo/plan';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { DemoBars } from '../demo-bars';
import { addFieldOptions } from '../field-options';
import { catchInterrupts } from '../interrupt';
import { progressDisplay } from '../progress-display';
import { formatResults } from '../results-table';
import { formatSeconds, formatTable } from '../text';

interface DemoCommandOptions extends CommonOptions {
  preset: string;
  seed?: number;
}

const demoConfiguration = z.object({
  seed: integer(0, {
    minimum: 0,
    maximum: largestDemoSeed,
    description: 'Equal seeds give equal results.',
    source: 'DITTO Studio',
  }),
});

export function addDemoCommand(program: Command, invocation: Invocation): void {
  const description =
    'Everything once: record, train a world model, DITTO and behaviour cloning, evaluate, draw.';
  const command = addCommand(program, 'demo', description).option(
    '--preset <preset>',
    'tiny learns the task in minutes; nano only checks, in seconds, that everything works',
    'tiny',
  );
  addFieldOptions(command, 'Demo:', demoConfiguration);
  command.action((options: DemoCommandOptions) =>
    withRegistry(options, invocation, async (registry) => {
      const { preset, seed = 0 } = options;
      const result = await demoOnScreen(registry, preset, seed, invocation);
      invocation.deliver({
        document: demoDocument(registry, result, preset, seed),
        text: demoText(registry, result),
      });
    }),
  );
}

async function demoOnScreen(
  registry: Registry,
  preset: string,
  seed: number,
  invocation: Invocation,
): Promise<DemoResult> {
  const display = progressDisplay(invocation.stderr);
  const bars = new DemoBars(display);
  const control = new JobControl();
  const onNotice = (text: string): void => display.note(text);
  const release = catchInterrupts(control, onNotice);
  try {
    return await runDemo(registry, {
      preset,
      seed,
      control,
      onNotice,
      onProgress: (progress) => bars.show(progress),
    });
  } finally {
    release();
    display.close();
  }
}

function demoDocument(registry: Registry, result: DemoResult, preset: string, seed: number) {
  const brief = ({
    mean,
    standardError: se,
    episodes: n,
    latentDistance,
    actionAccuracy,
  }: DemoResult['ditto']) => ({
    ...{ mean, se, n },
    ...(latentDistance !== undefined && { latentDistance }),
    ...(actionAccuracy !== undefined && { actionAccuracy }),
  });
  const { expert, ditto, bc, random, seconds, ...rest } = result;
  return {
    ...{ expert: brief(expert), ditto: brief(ditto), bc: brief(bc), random: brief(random) },
    ...{ seconds, preset, seed, home: registry.home, ...rest },
  };
}

function demoText(
  registry: Registry,
  { expert, ditto, bc, random, seconds, runs, files, datasets }: DemoResult,
): string {
  const results = [
    { ...expert, title: 'Expert' },
    { ...ditto, title: 'DITTO' },
    { ...bc, title: 'Behaviour cloning' },
    { ...random, title: 'Random' },
  ];
  const paths = [
    ['world model', runFolder(registry.home, runs.worldModel)],
    ['DITTO', runFolder(registry.home, runs.ditto)],
    ['behaviour cloning', runFolder(registry.home, runs.bc)],
    ['evaluation', runFolder(registry.home, runs.evaluation)],
    ['expert dataset', join(registry.home, 'datasets', datasets.expert)],
    ['practice dataset', join(registry.home, 'datasets', datasets.practice)],
    ['registry', registryFile(registry.home)],
    ['policy (ONNX)', files.policy],
    ['filmstrip', files.filmstrip],
    ['learning curve', files.learningCurve],
  ];
  return [
    '',
    `Returns over the same ${expert.episodes} seeds, actions sampled, mean ± standard error; latent distance and accuracy`,
    'on held-out expert episodes:',
    '',
    formatResults(results, expert.mean),
    '',
    formatTable(paths),
    '',
    `${demoSteps.length} steps in ${formatSeconds(seconds)}.`,
  ].join('\n');
}
