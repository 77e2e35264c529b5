import { Option, type Command } from 'commander';
import { runKinds, runStatuses, type RunKind, type RunStatus } from '../../../shared/runs';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { formatDate, formatTable } from '../text';

interface RunsOptions extends CommonOptions {
  kind?: RunKind;
  status?: RunStatus;
}

export function addRunsCommand(program: Command, invocation: Invocation): void {
  addCommand(program, 'runs', 'List the runs, newest first.')
    .addOption(new Option('--kind <kind>', 'only runs of a kind').choices(runKinds))
    .addOption(new Option('--status <status>', 'only runs in a status').choices(runStatuses))
    .action((options: RunsOptions) =>
      withRegistry(options, invocation, (registry) => {
        const runs = registry.listRuns(options);
        const rows = runs.map(({ id, name, created, state }) => [
          id,
          state.status,
          `${state.step}/${state.totalSteps}`,
          formatDate(created),
          name,
        ]);
        const heading = ['run', 'status', 'steps', 'created', 'name'];
        const none = 'There are no runs here yet: start with "record", or "demo" for everything at once.';
        invocation.deliver({
          document: runs,
          text: runs.length > 0 ? formatTable([heading, ...rows], [2]) : none,
        });
      }),
    );
}
