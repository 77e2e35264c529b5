import { join } from 'node:path';
import type { Command } from 'commander';
import type { MetricSummary } from '../../../shared/runs';
import type { Registry } from '../../registry/registry';
import { runFolder } from '../../trainer/home';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { formatDate, formatNumber, formatTable } from '../text';

export function addShowCommand(program: Command, invocation: Invocation): void {
  addCommand(program, 'show', 'Everything about a run: state, configuration, metrics, checkpoints, files.')
    .argument('<run>', 'id of the run; see the command "runs"')
    .action((runId: string, options: CommonOptions) =>
      withRegistry(options, invocation, (registry) => {
        const document = describeRun(registry, runId);
        invocation.deliver({ document, text: formatRun(document) });
      }),
    );
}

function describeRun(registry: Registry, runId: string) {
  const run = registry.getRun(runId);
  const metrics: Record<string, MetricSummary> = {};
  for (const name of registry.metricNames(runId)) {
    const summary = registry.metricSummary(runId, name);
    if (summary) metrics[name] = summary;
  }
  return {
    ...run,
    folder: runFolder(registry.home, runId),
    metrics,
    checkpoints: registry.listCheckpoints(runId),
    artifacts: registry.listArtifacts(runId),
  };
}

function formatRun(run: ReturnType<typeof describeRun>): string {
  const { state, folder } = run;
  const facts = [
    ['run', run.id],
    ['name', run.name],
    ['kind', run.kind],
    ['status', `${state.status}, step ${state.step} of ${state.totalSteps}: ${state.message}`],
    ['created', formatDate(run.created)],
    ['seed', String(run.seed)],
    ...(run.preset === null ? [] : [['preset', run.preset]]),
    ['engine', run.engine],
    ...run.datasets.map(({ role, id }) => ['dataset', `${id} (${role})`]),
    ...run.parents.map((parent) => [
      'from run',
      `${parent.runId} (${parent.role}, step ${parent.checkpointStep})`,
    ]),
    ['folder', folder],
  ];
  const metrics = Object.entries(run.metrics).map(([name, { last, minimum, maximum }]) => [
    ...[name, formatNumber(last.value!), formatNumber(minimum.value!), formatNumber(maximum.value!)],
  ]);
  const sections = [
    formatTable(facts),
    `Configuration\n${indent(JSON.stringify(run.configuration, null, 2))}`,
    metrics.length > 0 &&
      `Metrics\n${indent(formatTable([['', 'last', 'lowest', 'highest'], ...metrics], [1, 2, 3]))}`,
    run.checkpoints.length > 0 &&
      `Checkpoints at steps ${run.checkpoints.map(({ step }) => step).join(', ')}`,
    run.artifacts.length > 0 &&
      `Files\n${indent(formatTable(run.artifacts.map(({ kind, path }) => [kind, join(folder, path)])))}`,
  ];
  return sections.filter((section) => section !== false).join('\n\n');
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
