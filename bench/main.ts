import { Command, InvalidArgumentError, Option } from 'commander';
import { presetNames } from '../src/shared/configuration/presets';
import { describeError, StudioError } from '../src/shared/errors';
import { benchEnvironments } from './environments';
import { formatOtherLoad, formatPairs, formatVersions, mebibytes, milliseconds, percent } from './output';
import { peerModes } from './peer';
import { profileWorldModel } from './profile';
import { benchSampling, type SamplingTimes } from './sampling';
import { benchWorldModel, type WorldModelBenchOptions, type WorldModelReport } from './world-model';

interface CommonFlags {
  json?: true;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 up.');
}

const presetOption = () =>
  new Option('--preset <name>', 'size of the model').choices(presetNames).default('tiny');
const batchOption = () =>
  new Option('--batch <sequences>', "instead of the preset's batch").argParser(positiveInteger);
const threadsOption = () =>
  new Option('--threads <threads>', 'of both sides; all cores unless given').argParser(positiveInteger);
const jsonOption = () => new Option('--json', 'print one JSON line');
const stepsOption = (steps: number) =>
  new Option('--steps <steps>', 'steps to time').argParser(positiveInteger).default(steps);

/** Prints the report as one JSON line, or for a person. */
function print<Report>(report: Report, { json }: CommonFlags, format: (report: Report) => string): void {
  process.stdout.write(`${json ? JSON.stringify(report) : format(report)}\n`);
}

const program = new Command('bench').description('Measures how fast DITTO Studio is on this machine.');

program
  .command('world-model')
  .description('time of a world-model training step, against the machine and against PyTorch')
  .addOption(presetOption())
  .addOption(stepsOption(20))
  .addOption(batchOption())
  .addOption(threadsOption())
  .addOption(
    new Option(
      '--peer [mode]',
      'alternate with the same step in PyTorch, in the named mode or the fastest of them; DITTO_PYTHON names the Python',
    )
      .choices([...peerModes, 'fastest'])
      .preset('fastest'),
  )
  .option('--profile', 'print where the time goes, by ONNX operator, instead')
  .addOption(jsonOption())
  .action(async (flags: WorldModelBenchOptions & CommonFlags & { profile?: true }) => {
    if (flags.profile) print(await profileWorldModel(flags), flags, formatProfile);
    else print(await benchWorldModel(flags), flags, formatWorldModel);
  });

program
  .command('environments')
  .description('steps per second of each built-in environment, on one core')
  .addOption(new Option('--seconds <seconds>', 'for each environment').argParser(positiveInteger).default(2))
  .addOption(jsonOption())
  .action((flags: CommonFlags & { seconds: number }) => {
    print(benchEnvironments(flags.seconds), flags, (report) =>
      formatPairs([
        ...Object.entries(report.stepsPerSecond).map(
          ([id, rate]) => [id, `${Math.round(rate).toLocaleString('en')} steps per second`] as const,
        ),
        ['other load', formatOtherLoad(report.otherLoad)],
        ['machine', report.machine],
        ['versions', formatVersions(report.versions)],
      ]),
    );
  });

program
  .command('sampling')
  .description('share of a world-model training loop that goes into reading batches from a dataset')
  .addOption(presetOption())
  .addOption(stepsOption(50))
  .addOption(batchOption())
  .addOption(threadsOption())
  .addOption(jsonOption())
  .action(
    async (flags: CommonFlags & { preset: string; steps: number; batch?: number; threads?: number }) => {
      print(await benchSampling(flags), flags, (report) =>
        formatPairs([
          ['stream', formatSampling(report.stream)],
          ['window', formatSampling(report.window)],
          ['dataset', `${report.datasetSteps} steps`],
          ['other load', formatOtherLoad(report.otherLoad)],
          ['machine', report.machine],
          ['versions', formatVersions(report.versions)],
        ]),
      );
    },
  );

function formatSampling({ sampleMs, stepMs, share }: SamplingTimes): string {
  return `${milliseconds(sampleMs)} for a batch, ${milliseconds(stepMs)} for a training step: ${percent(share)} of the time`;
}

function formatProfile(operators: Awaited<ReturnType<typeof profileWorldModel>>): string {
  return formatPairs(
    operators.map(({ operator, nodes, stepMs, share }) => [
      operator,
      `${milliseconds(stepMs).padStart(10)} ${percent(share).padStart(7)} ${String(nodes).padStart(6)} nodes`,
    ]),
  );
}

function formatWorldModel(report: WorldModelReport): string {
  const pairs: [string, string][] = [
    [
      'preset',
      `${report.preset}: ${(report.parameters / 1e6).toFixed(2)} M parameters, batch ${report.batchSize} x ${report.sequenceLength}`,
    ],
    ['step', `${milliseconds(report.stepMs)} (median of ${report.steps})`],
    [
      'model operations',
      `${report.gflops.toFixed(1)} GFLOP/s, ${percent(report.peakShare)} of the ${report.gemmPeakGflops.toFixed(0)} GFLOP/s of matrix products here`,
    ],
    ['peak memory', mebibytes(report.peakMemoryMiB)],
    ['compiling', milliseconds(report.compileMs)],
  ];
  if (report.peerStepMs !== null) {
    pairs.push(
      ['PyTorch step', `${milliseconds(report.peerStepMs)} (${report.peerMode})`],
      ['ratio', `${report.ratio!.toFixed(2)} (ours over PyTorch's: below 1 we are faster)`],
      ['PyTorch memory', mebibytes(report.peerPeakMemoryMiB!)],
      ['loss difference', `${report.lossDifference!.toExponential(1)} of the first step's loss`],
    );
    for (const [mode, time] of Object.entries(report.peerModesMs ?? {})) {
      pairs.push([`PyTorch ${mode}`, time === null ? 'does not work here' : milliseconds(time)]);
    }
  }
  pairs.push(
    ['other load', formatOtherLoad(report.otherLoad)],
    ['threads', String(report.threads)],
    ['machine', report.machine],
    ['versions', formatVersions(report.versions)],
  );
  return formatPairs(pairs);
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  // Code 2 for what the person can put right, as in the command line.
  process.exitCode = error instanceof StudioError ? 2 : 1;
}
