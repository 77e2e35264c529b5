import type { Command } from 'commander';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { formatDate, formatTable } from '../text';

export function addDatasetsCommand(program: Command, invocation: Invocation): void {
  addCommand(program, 'datasets', 'List the datasets, newest first.').action((options: CommonOptions) =>
    withRegistry(options, invocation, (registry) => {
      const datasets = registry.listDatasets();
      const rows = datasets.map(({ id, environment, episodes, steps, created, name }) => [
        ...[id, environment, String(episodes), String(steps), formatDate(created), name],
      ]);
      const heading = ['dataset', 'environment', 'episodes', 'steps', 'created', 'name'];
      const none = 'There are no datasets here yet: make one with "record".';
      invocation.deliver({
        document: datasets,
        text: datasets.length > 0 ? formatTable([heading, ...rows], [2, 3]) : none,
      });
    }),
  );
}
