import type { CompareReport } from './compare';
import type { ComparePageReport } from './compare-page';
import type { EncodeReport } from './encode';
import type { FrameTimes } from './frame-times';
import type { EnvironmentsReport } from './environments';
import type { GrowthReport } from './growth';
import type { MemoryReport } from './memory';
import type { NearestReport } from './nearest';
import type { OperatorTime } from './profile';
import type { RolloutReport } from './rollout';
import type { SamplingReport, SamplingTimes } from './sampling';
import type { TheatreReport } from './theatre';
import type { TrainStepReport } from './train-step-report';
import type { TrainingRunReport } from './training-run';

/** Reports as a person reads them. */
export function formatTrainStep(report: TrainStepReport): string {
  const { preset, training, batchSize, sequenceLength, gflops, peakShare, gemmPeakGflops } = report;
  const millions = (report.parameters / 1e6).toFixed(2);
  return formatPairs([
    [
      'step of',
      `${training} at ${preset}: ${millions} M trained parameters, batch ${batchSize} x ${sequenceLength}`,
    ],
    ['engine', report.engine],
    ['time', `${milliseconds(report.stepMs)} (median of ${report.steps})`],
    [
      'model operations',
      `${gflops.toFixed(1)} GFLOP/s, ${percent(peakShare)} of the ${gemmPeakGflops.toFixed(0)} GFLOP/s of matrix products here`,
    ],
    ['peak memory', mebibytes(report.peakMemoryMiB)],
    ['compiling', milliseconds(report.compileMs)],
    ...formatPeer(report),
    ['threads', String(report.threads)],
    ...formatCircumstances(report),
  ]);
}

function formatPeer(report: TrainStepReport): [string, string][] {
  const { peerStepMs, ratio, peerProcessorMs, processorRatio, peerPeakMemoryMiB, lossDifference } = report;
  if (peerStepMs === null || ratio === null || peerProcessorMs === null || processorRatio === null) return [];
  if (peerPeakMemoryMiB === null || lossDifference === null) return [];
  const modes = Object.entries(report.peerModesMs ?? {});
  return [
    ['PyTorch step', `${milliseconds(peerStepMs)} (${report.peerMode}, on ${report.peerDevice})`],
    ['ratio', `${ratio.toFixed(2)} (ours over PyTorch's: below 1 we are faster)`],
    [
      'processor time',
      `${milliseconds(report.processorMs)}, PyTorch's ${milliseconds(peerProcessorMs)}: ratio ${processorRatio.toFixed(2)}`,
    ],
    ['PyTorch memory', mebibytes(peerPeakMemoryMiB)],
    ['loss difference', `${lossDifference.toExponential(1)} of the first step's loss`],
    ...modes.map(([mode, time]): [string, string] => [
      `PyTorch ${mode}`,
      time === null ? 'does not work here' : milliseconds(time),
    ]),
  ];
}

export function formatProfile(operators: readonly OperatorTime[]): string {
  return formatPairs(
    operators.map(({ operator, nodes, stepMs, share }) => [
      operator,
      `${milliseconds(stepMs).padStart(10)} ${percent(share).padStart(7)} ${String(nodes).padStart(6)} nodes`,
    ]),
  );
}

export function formatNearest(report: NearestReport): string {
  const { preset, batchSize, horizon, latents, sameStepMs } = report;
  const kinds = Object.entries(report.nearest).map(([kind, cost]): [string, string] => [
    `nearest, ${kind}`,
    `${milliseconds(cost.stepMs)}: ${cost.gflop.toFixed(1)} GFLOP over ${cost.features} features, at ` +
      `${percent(cost.peakShare)} of the ${report.gemmPeakGflops.toFixed(0)} GFLOP/s of matrix products here`,
  ]);
  return formatPairs([
    ['preset', `${preset}: ${batchSize} rollouts of ${horizon} states`],
    ['expert latents', latents.toLocaleString('en')],
    ['same step', milliseconds(sameStepMs)],
    ...kinds,
    ['peak memory', mebibytes(report.peakMemoryMiB)],
    ...formatCircumstances(report),
  ]);
}

export function formatCompare(report: CompareReport): string {
  const { queries, ratio } = report;
  const count = (value: number): string => Math.round(value).toLocaleString('en');
  return formatPairs([
    [
      'registry',
      `${count(report.runs)} runs of ${count(report.points)} points, ${mebibytes(report.registryMiB)}`,
    ],
    ['taking in', `${count(report.ingestRate)} points per second`],
    ['opening', `${milliseconds(report.openMs)} for runs, metrics, curves and table, the first time`],
    ['curves', `${milliseconds(queries.curves)}, ${count(report.pointsSent)} points`],
    ['smoothed', milliseconds(queries.smoothed)],
    ['seed bands', milliseconds(queries.seedBands)],
    ['zoomed', milliseconds(queries.zoomed)],
    ['table', milliseconds(queries.table)],
    ['at a step', milliseconds(queries.atStep)],
    [
      'plain read',
      `${milliseconds(report.plainReadMs)} for every point: ${ratio.toFixed(0)} times the curves`,
    ],
    ...formatCircumstances(report),
  ]);
}

function formatFrames(times: FrameTimes): string {
  const { mean, median, nineteenTwentieths, longest, frames, dropped, busy } = times;
  return (
    `${milliseconds(median)} between frames (mean ${milliseconds(mean)}), ` +
    `${milliseconds(nineteenTwentieths)} at most in 19 of 20, ${milliseconds(longest)} the longest of ${frames}; ` +
    `${percent(dropped)} of 60 a second left out; the page works ${milliseconds(busy)} for each`
  );
}

export function formatComparePage(report: ComparePageReport): string {
  return formatPairs([
    ['registry', `${report.runs} runs of ${report.points} points`],
    [
      'opening',
      `${milliseconds(report.openFirstMs)} to the first curves the first time, then ${milliseconds(report.openMs)}; ` +
        `the page works ${milliseconds(report.openBusy.page)} for each, and the studio ${milliseconds(report.openBusy.studio)}`,
    ],
    ['loading', `${milliseconds(report.loadMs)} from loading the page to the first curves`],
    ['hovering', formatFrames(report.hover)],
    ['zooming', formatFrames(report.zoom)],
    ['panning', formatFrames(report.pan)],
    ['browser', report.browser],
    ...formatCircumstances(report),
  ]);
}

export function formatTheatre(report: TheatreReport): string {
  const { stepsPerSecond, frames } = report.takeover;
  return formatPairs([
    [
      'opening',
      `${milliseconds(report.openMs)} to an expert and three dreams, ${report.paneSize} pixels each`,
    ],
    ['playing 1x', formatFrames(report.normal)],
    ['playing 4x', formatFrames(report.fast)],
    ['differences', formatFrames(report.differences)],
    ['taken over', `${stepsPerSecond.toFixed(1)} steps a second; ${formatFrames(frames)}`],
    ['browser', report.browser],
    ...formatCircumstances(report),
  ]);
}

export function formatEnvironments(report: EnvironmentsReport): string {
  const rates = Object.entries(report.stepsPerSecond);
  return formatPairs([
    ...rates.map(([id, rate]): [string, string] => [
      id,
      `${Math.round(rate).toLocaleString('en')} steps per second`,
    ]),
    ...formatCircumstances(report),
  ]);
}

export function formatEncode(report: EncodeReport): string {
  const { peerFramesPerSecond, ratio, latentDifference } = report;
  const rate = (value: number): string => `${value.toFixed(0)} frames per second`;
  const peer: [string, string][] =
    peerFramesPerSecond === null || ratio === null || latentDifference === null
      ? []
      : [
          ['PyTorch', `${rate(peerFramesPerSecond)} (${report.peerMode}, on ${report.peerDevice})`],
          ['ratio', `${ratio.toFixed(2)} (PyTorch's rate over ours: below 1 we are faster)`],
          ['difference', `${latentDifference.toExponential(1)} of a chunk's mean latent`],
        ];
  return formatPairs([
    ['world model', `${report.preset}, on ${report.engine}`],
    ['encoding', `${rate(report.framesPerSecond)}, ${report.frames} frames from disk`],
    [
      'compiled step',
      `${rate(report.bareFramesPerSecond)} alone: encoding has ${percent(report.share)} of that`,
    ],
    ...peer,
    ['threads', String(report.threads)],
    ...formatCircumstances(report),
  ]);
}

export function formatRollout(report: RolloutReport): string {
  const { preset, environment, episodes, stepsPerSecond, stepsPerSecondAlone } = report;
  const rate = (value: number): string => `${value.toFixed(0)} steps per second`;
  return formatPairs([
    ['agent', `DITTO at ${preset} in ${environment}, on ${report.engine}`],
    [
      'side by side',
      `${rate(stepsPerSecond)} of ${episodes} environments: ${(stepsPerSecond / stepsPerSecondAlone).toFixed(1)} times as many as of one`,
    ],
    ['still playing', `${report.playing.toFixed(1)} of them at a step, on average`],
    ['one alone', rate(stepsPerSecondAlone)],
    [
      'encoder, policy',
      `${percent(report.policyShare)} of the time, ${milliseconds(report.policyStepMs)} for a step of all`,
    ],
    ['environments', percent(report.environmentShare)],
    ['other', percent(report.otherShare)],
    ['threads', String(report.threads)],
    ...formatCircumstances(report),
  ]);
}

export function formatTrainingRun(report: TrainingRunReport): string {
  const shares = Object.entries(report.shares).map(([row, share]): [string, string] => [
    row,
    `${percent(share)} of the time`,
  ]);
  return formatPairs([
    ['training', `${report.training} at ${report.preset}, ${report.steps} steps, on ${report.engine}`],
    ['step in the run', `${milliseconds(report.runStepMs)} (median)`],
    ['compiled step', `${milliseconds(report.bareStepMs)} alone`],
    ['ratio', `${report.ratio.toFixed(3)} (1 would be no cost beside the step)`],
    [
      'whole run',
      `${report.wholeRatio.toFixed(3)} of as many steps alone, ${report.checkpoints} checkpoints`,
    ],
    ...shares,
    ['threads', String(report.threads)],
    ...formatCircumstances(report),
  ]);
}

export function formatGrowth({ preset, threads, series, ...circumstances }: GrowthReport): string {
  return formatPairs([
    ['preset', `${preset}, ${threads} threads; exponents of all points, in brackets of the last two`],
    ...series.map((one): [string, string] => {
      const exponents = (all: number, last: number): string => `${all.toFixed(2)} (${last.toFixed(2)})`;
      const points = one.points.map(
        ({ multiple, stepMs, peakMemoryMiB }) =>
          `${multiple}x ${milliseconds(stepMs)} ${mebibytes(peakMemoryMiB)}`,
      );
      const time = exponents(one.timeExponent, one.lastTimeExponent);
      const memory = exponents(one.memoryExponent, one.lastMemoryExponent);
      return [`${one.training} ${one.quantity}`, `time ${time}, memory ${memory}: ${points.join(', ')}`];
    }),
    ...formatCircumstances(circumstances),
  ]);
}

export function formatMemory({ trainings, machine, versions }: MemoryReport): string {
  return formatPairs([
    ...trainings.map(({ training, measuredMiB, estimatedMiB }): [string, string] => [
      training,
      `${mebibytes(measuredMiB)}, estimated ${mebibytes(estimatedMiB)}: ratio ${(estimatedMiB / measuredMiB).toFixed(2)}`,
    ]),
    ...formatOrigin(machine, versions),
  ]);
}

export function formatSampling(report: SamplingReport): string {
  return formatPairs([
    ['stream', formatSamplingTimes(report.stream)],
    ['window', formatSamplingTimes(report.window)],
    ['dataset', `${report.datasetSteps} steps`],
    ...formatCircumstances(report),
  ]);
}

function formatSamplingTimes({ sampleMs, stepMs, share, shareFromStart }: SamplingTimes): string {
  const times = `${milliseconds(sampleMs)} for a batch, ${milliseconds(stepMs)} for a training step`;
  return `${times}: ${percent(share)} of the time, ${percent(shareFromStart)} with the first decoding`;
}

/** Above this, the machine was doing something else, and its times say little. */
const TOLERABLE_LOAD = 0.05;

function formatCircumstances(report: {
  otherLoad: number;
  machine: string;
  versions: Readonly<Record<string, string>>;
}): [string, string][] {
  const trusted = report.otherLoad <= TOLERABLE_LOAD;
  const warning = trusted ? '' : ': too much to trust these times, repeat when the machine is quiet';
  return [
    ['other load', percent(report.otherLoad) + warning],
    ...formatOrigin(report.machine, report.versions),
  ];
}

function formatOrigin(machine: string, versions: Readonly<Record<string, string>>): [string, string][] {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    ['machine', machine],
    ['versions', named.join(', ')],
  ];
}

/** Lines of `name  value`, the names in one column. */
function formatPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;
