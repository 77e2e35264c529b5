import { Command, InvalidArgumentError, Option } from 'commander';
import { presetNames } from '../src/shared/configuration/presets';
import { benchmarkTrainings } from '../src/shared/contract/benchmark';
import { describeError, StudioError } from '../src/shared/errors';
import type { CompareRegistryOptions } from './compare-registry';
import { benchEncode, type EncodeBenchOptions } from './encode';
import { benchEnvironments } from './environments';
import {
  formatCompare,
  formatComparePage,
  formatEncode,
  formatEnvironments,
  formatGrowth,
  formatMemory,
  formatNearest,
  formatProfile,
  formatRollout,
  formatSampling,
  formatTheatre,
  formatTrainStep,
  formatTrainingRun,
} from './format';
import type { GrowthBenchOptions } from './growth';
import { benchNearest, type NearestBenchOptions } from './nearest';
import { peerDevices, peerModes } from './peer';
import { profileTrainStep } from './profile';
import { benchRollout, type RolloutBenchOptions } from './rollout';
import { benchSampling, type SamplingBenchOptions } from './sampling';
import type { TrainingRunBenchOptions } from './training-run';
import { benchTrainStep, type TrainStepBenchOptions } from './train-step';

/** Bad input of every kind; 1 is left for our own mistakes. */
const BAD_INPUT = 2;

interface CommonFlags {
  json?: true;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 up.');
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

const countOption = (flags: string, description: string) =>
  new Option(flags, description).argParser(positiveInteger);
const presetOption = () =>
  new Option('--preset <name>', 'size of the model').choices(presetNames).default('tiny');
const stepsOption = () => countOption('--steps <steps>', 'steps to time');
const batchOption = () => countOption('--batch <sequences>', "or rollouts, instead of the preset's batch");
const lengthOption = () =>
  countOption('--length <steps>', "of each sequence, or the horizon, instead of the preset's");
const widthOption = () =>
  new Option('--width <factor>', 'multiplies the width of every layer').argParser(positiveNumber);
const threadsOption = () => countOption('--threads <threads>', 'of every side; all cores unless given');
const engineOption = () =>
  new Option('--engine <id>', 'ours, e.g. onnxruntime:webgpu').default('onnxruntime:cpu');
const peerOption = () =>
  new Option(
    '--peer [mode]',
    'alternate with the same step in PyTorch, in the named mode or the fastest; DITTO_PYTHON names the Python',
  )
    .choices([...peerModes, 'fastest'])
    .preset('fastest');
const peerDeviceOption = () =>
  new Option('--peer-device <device>', "PyTorch's").choices(peerDevices).default('cpu');
const jsonOption = () => new Option('--json', 'print one JSON line');

/** Prints the report as one JSON line, or for a person. */
function print<Report>(report: Report, { json }: CommonFlags, format: (report: Report) => string): void {
  process.stdout.write(`${json ? JSON.stringify(report) : format(report)}\n`);
}

const program = new Command('bench')
  .description('Measures how fast DITTO Studio is on this machine.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : BAD_INPUT));

for (const [command, training, description] of [
  ['world-model', 'world-model', 'a world-model training step'],
  ['agent', 'ditto', 'a training step of DITTO'],
] as const) {
  program
    .command(command)
    .description(`time of ${description}, against the machine and against PyTorch`)
    .addOption(presetOption())
    .addOption(stepsOption().default(20))
    .addOption(batchOption())
    .addOption(lengthOption())
    .addOption(widthOption())
    .addOption(threadsOption())
    .addOption(engineOption())
    .addOption(new Option('--precision <name>', 'ours').choices(['float32', 'mixed']).default('float32'))
    .addOption(peerOption())
    .addOption(peerDeviceOption())
    .addOption(
      new Option('--profile', 'print where the time goes, by ONNX operator, instead').conflicts(['peer']),
    )
    .addOption(jsonOption())
    .action(async (flags: TrainStepBenchOptions & CommonFlags & { profile?: true }) => {
      if (flags.profile) print(await profileTrainStep(training, flags), flags, formatProfile);
      else print(await benchTrainStep(training, flags), flags, formatTrainStep);
    });
}

program
  .command('nearest')
  .description("what the reward of the nearest expert latent (eq. 7) costs a DITTO step, against eq. 8's")
  .addOption(presetOption())
  .addOption(countOption('--latents <latents>', 'of the expert').default(100_000))
  .addOption(stepsOption().default(5))
  .addOption(countOption('--batch <rollouts>', "instead of the preset's batch"))
  .addOption(threadsOption())
  .addOption(jsonOption())
  .action(async (flags: NearestBenchOptions & CommonFlags) => {
    print(await benchNearest(flags), flags, formatNearest);
  });

program
  .command('encode')
  .description('encoding an expert set, against the compiled step alone and against PyTorch')
  .addOption(presetOption())
  .addOption(countOption('--episodes <episodes>', 'to encode').default(10))
  .addOption(threadsOption())
  .addOption(engineOption())
  .addOption(peerOption())
  .addOption(peerDeviceOption())
  .addOption(jsonOption())
  .action(async (flags: EncodeBenchOptions & CommonFlags) => {
    print(await benchEncode(flags), flags, formatEncode);
  });

program
  .command('rollout')
  .description('evaluating an agent: environments side by side, and where the time goes')
  .addOption(presetOption())
  .option('--environment <id>', 'that is played', 'pursuit')
  .addOption(countOption('--episodes <episodes>', 'side by side').default(20))
  .addOption(threadsOption())
  .addOption(engineOption())
  .addOption(jsonOption())
  .action(async (flags: RolloutBenchOptions & CommonFlags) => {
    print(await benchRollout(flags), flags, formatRollout);
  });

program
  .command('environments')
  .description('steps per second of each built-in environment, on one core')
  .addOption(countOption('--seconds <seconds>', 'for each environment').default(2))
  .addOption(jsonOption())
  .action((flags: CommonFlags & { seconds: number }) => {
    print(benchEnvironments(flags.seconds), flags, formatEnvironments);
  });

program
  .command('sampling')
  .description('share of a world-model training loop that goes into reading batches from a dataset')
  .addOption(presetOption())
  .addOption(stepsOption().default(50))
  .addOption(batchOption())
  .addOption(threadsOption())
  .addOption(jsonOption())
  .action(async (flags: CommonFlags & SamplingBenchOptions) => {
    print(await benchSampling(flags), flags, formatSampling);
  });

// What needs a database or a browser is loaded when it is asked for: elsewhere, as on bench/gpu.sh's machine, neither need be.
program
  .command('compare')
  .description('comparing many long runs, against reading all of their points')
  .addOption(countOption('--runs <runs>', 'to compare').default(100))
  .addOption(countOption('--points <points>', 'of each run').default(100_000))
  .addOption(jsonOption())
  .action(async (flags: CommonFlags & CompareRegistryOptions) => {
    const { benchCompare } = await import('./compare');
    print(await benchCompare(flags), flags, formatCompare);
  });

program
  .command('compare-page')
  .description('opening the page that compares runs in a browser, and moving the mouse over it')
  .addOption(countOption('--runs <runs>', 'to compare').default(100))
  .addOption(countOption('--points <points>', 'of each run').default(100_000))
  .option('--home <folder>', 'to fill with such runs and keep, or one that was filled before')
  .addOption(jsonOption())
  .action(async (flags: CommonFlags & CompareRegistryOptions & { home?: string }) => {
    const { benchComparePage } = await import('./compare-page');
    print(await benchComparePage(flags), flags, formatComparePage);
  });

program
  .command('growth')
  .description("how a training step's time and memory grow with batch, length and width")
  .addOption(presetOption())
  .addOption(stepsOption().default(8))
  .addOption(threadsOption())
  .option('--figure <file>', 'SVG of the curves')
  .addOption(jsonOption())
  .action(async (flags: GrowthBenchOptions & CommonFlags) => {
    const { benchGrowth } = await import('./growth');
    print(await benchGrowth(flags), flags, formatGrowth);
  });

program
  .command('memory')
  .description('the most memory that trainers hold, against what the forms estimate before')
  .addOption(jsonOption())
  .action(async (flags: CommonFlags) => {
    const { benchMemory } = await import('./memory');
    print(await benchMemory(), flags, formatMemory);
  });

program
  .command('run')
  .description('a training by the real trainer, against its compiled step alone')
  .addOption(
    new Option('--training <name>', 'what is trained').choices(benchmarkTrainings).default('world-model'),
  )
  .addOption(presetOption())
  .addOption(stepsOption().default(100))
  .addOption(threadsOption())
  .addOption(engineOption())
  .option('--trace <file>', 'to write the trace to, for Perfetto or about:tracing')
  .option('--figure <file>', 'SVG of a stretch of the trace')
  .addOption(jsonOption())
  .action(async (flags: TrainingRunBenchOptions & CommonFlags) => {
    const { benchTrainingRun } = await import('./training-run');
    print(await benchTrainingRun(flags), flags, formatTrainingRun);
  });

program
  .command('theatre')
  .description('playing an expert and three dreams in a browser, and taking one over')
  .option('--home <folder>', 'of a studio with a finished demo; one of size nano is run if left out')
  .addOption(jsonOption())
  .action(async (flags: CommonFlags & { home?: string }) => {
    const { benchTheatre } = await import('./theatre');
    print(await benchTheatre(flags), flags, formatTheatre);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = error instanceof StudioError ? BAD_INPUT : 1;
}
