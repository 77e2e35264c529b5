import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import type { MetricSummary } from '../../../shared/runs';
import { StudioError } from '../../../shared/errors';
import { runFolder } from '../../trainer/home';
import { readReconstruction, RECONSTRUCTION } from '../../trainer/reconstruction-artifact';
import { exportPolicy } from '../export-onnx';
import { readRunArtifact } from '../run-artifacts';
import { readLogEnd } from '../run-log';
import { removeRun, runsMadeFrom } from '../remove-run';
import type { Studio } from '../studio';
import { takeOutOfQueue } from '../take-out';

export const runsHandlers = (studio: Studio): Handlers<StudioContract>['runs'] => {
  const { registry, queue } = studio;

  /** What runs under this id, or the demo or experiment that it is part of. */
  const running = (runId: string) => {
    const { current } = queue.state;
    if (current === null || current.type === 'run') return queue.running(runId);
    const { runs } = (current.type === 'demo' ? studio.demos : studio.experiments).get(current.id);
    return Object.values(runs).includes(runId) ? queue.running(current.id) : undefined;
  };

  return {
    list: ({ kind }) => registry.listRuns(kind ? { kind } : {}),
    get: ({ runId }) => {
      const run = registry.getRun(runId);
      const metrics: Record<string, MetricSummary> = {};
      for (const name of registry.metricNames(runId)) {
        const summary = registry.metricSummary(runId, name);
        if (summary) metrics[name] = summary;
      }
      return {
        run,
        folder: runFolder(registry.home, runId),
        checkpoints: registry.listCheckpoints(runId),
        artifacts: registry.listArtifacts(runId),
        metrics,
        children: runsMadeFrom(registry, runId),
      };
    },
    series: ({ runId, metrics, maximumPoints }) => {
      registry.getRun(runId);
      return Object.fromEntries(
        metrics.map((name) => [name, registry.metricSeries(runId, name, { maximumPoints })]),
      );
    },
    artifact: ({ runId, kind }) => {
      const artifact = registry.listArtifacts(runId).findLast((candidate) => candidate.kind === kind);
      return artifact && { artifact, bytes: readRunArtifact(registry, runId, kind).bytes };
    },
    reconstruction: ({ runId }) => {
      if (!registry.listArtifacts(runId).some(({ kind }) => kind === RECONSTRUCTION.kind)) return null;
      const { bytes, path } = readRunArtifact(registry, runId, RECONSTRUCTION.kind);
      return readReconstruction(bytes, path);
    },
    log: ({ runId, maximumBytes }) => readLogEnd(runFolder(registry.home, runId), maximumBytes),
    pause: ({ runId }) => {
      const work = running(runId);
      if (!work) throw notRunning(runId);
      work.pause();
    },
    stop: ({ runId }) => {
      const work = running(runId);
      if (work) work.stop();
      else takeOutOfQueue(studio, runId);
    },
    resume: ({ runId, first }) => {
      const { status } = registry.getRun(runId).state;
      if (status === 'finished')
        throw new StudioError('This run is finished: start a new one to go further.');
      if (status === 'running') throw new StudioError('This run is running already.');
      const isWaiting = queue.state.waiting.some((item) => item.id === runId);
      if (!isWaiting) queue.add({ type: 'run', id: runId }, { first });
      else if (first) queue.move(runId, 0);
      if (first && queue.state.held) queue.release();
    },
    exportPolicy: async ({ runId }) => {
      const { model, largestDifference } = await exportPolicy(registry, runId);
      return { name: `${runId}.onnx`, bytes: model, largestDifference };
    },
    remove: async ({ runId }) => {
      const { current, waiting } = queue.state;
      if (running(runId) || current?.id === runId || waiting.some((item) => item.id === runId)) {
        throw new StudioError('This run is in the queue: stop it first, then delete it.');
      }
      await removeRun(registry, runId);
      studio.hub.emit({ type: 'run', runId });
    },
  };
};

const notRunning = (runId: string): StudioError =>
  new StudioError(`Run ${runId} does not run at the moment: it may just have ended.`);
