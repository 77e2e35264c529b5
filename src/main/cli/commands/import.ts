import { Option, type Command } from 'commander';
import { importTimings, type ImportTiming } from '../../../shared/dataset-import';
import { importDataset, inspectImport } from '../../studio/datasets/import-datasets';
import { StudioError } from '../../../shared/errors';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { progressDisplay } from '../progress-display';

interface ImportOptions extends CommonOptions {
  name?: string;
  environment?: string;
  actions?: string;
  timing?: ImportTiming;
  policy: string;
}

export function addImportCommand(program: Command, invocation: Invocation): void {
  addCommand(
    program,
    'import <path>',
    'Import episodes: .npz files, HDF5 (Minari, robomimic), a Zarr replay buffer or a dataset folder.',
  )
    .option('--name <text>', 'name of the new dataset [default: that of the file or folder]')
    .option('--environment <id>', 'where they were recorded; needed where the source does not say')
    .option('--actions <names>', 'names of the actions, in order, with commas between')
    .option('--policy <name>', 'who acted', 'expert')
    .addOption(
      new Option(
        '--timing <meaning>',
        'what a row of the files means; needed where the files do not tell',
      ).choices([...importTimings]),
    )
    .action((path: string, options: ImportOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const inspection = await inspectImport(path);
        const environment = options.environment ?? inspection.environment;
        if (!environment) {
          throw new StudioError(
            `These files do not say where they were recorded: name it with --environment, e.g. pong. ${path}`,
          );
        }
        const display = progressDisplay(invocation.stderr);
        const onProgress = (done: number, total: number): void =>
          display.show([
            { id: 'import', title: 'Importing', share: done / total, detail: `${done} of ${total} episodes` },
          ]);
        const answers = {
          ...{ name: options.name ?? inspection.suggestedName, environment, policy: options.policy },
          ...{ timing: options.timing, actionNames: options.actions?.split(',').map((name) => name.trim()) },
        };
        const dataset = await importDataset(registry, path, answers, { onProgress }).finally(() =>
          display.close(),
        );
        for (const note of inspection.notes) invocation.note(note);
        invocation.deliver({
          document: { dataset, inspection },
          text: `Imported dataset ${dataset.id}: ${dataset.episodes} episodes, ${dataset.steps} steps. ${inspection.timingReason}`,
        });
      }),
    );
}
