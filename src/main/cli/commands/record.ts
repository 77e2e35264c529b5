import type { Command } from 'commander';
import { recordingConfiguration } from '../../../shared/configuration/run';
import { environmentSpecifications } from '../../environments';
import { createRecording } from '../../studio/create-recording';
import { datasetFolder } from '../../trainer/home';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { addFieldOptions, givenSettings } from '../field-options';
import { followOnScreen } from '../follow';
import { formatNumber } from '../text';

interface RecordOptions extends CommonOptions {
  environment: string;
  policy: string;
  dataset?: string;
  name?: string;
}

export function addRecordCommand(program: Command, invocation: Invocation): void {
  const policies = environmentSpecifications.map(
    ({ id, policies: known }) => `${id} (${known.map((policy) => policy.id).join(', ')})`,
  );
  const command = addCommand(program, 'record', 'Record episodes of a policy into a dataset.')
    .requiredOption(
      '--environment <id>',
      `environment, and its policies: ${policies.join('; ')}; or one that "environments add" added`,
    )
    .requiredOption('--policy <id>', 'who acts')
    .option('--dataset <id>', 'dataset to append to, or to make [default: a new one]')
    .option('--name <text>', 'name of a new dataset');
  addFieldOptions(command, 'Recording:', recordingConfiguration);
  command.action((options: RecordOptions) =>
    withRegistry(options, invocation, async (registry) => {
      const run = await createRecording(registry, {
        ...options,
        settings: givenSettings(recordingConfiguration, { ...options }),
      });
      const summary = await followOnScreen(registry, run.id, invocation);
      const id = String(run.configuration['datasetId']);
      const dataset = await registry.registerDataset(datasetFolder(registry.home, id));
      invocation.deliver({
        document: { run: run.id, status: 'finished', summary, dataset },
        text:
          `Recorded ${String(summary['episodes'])} episodes, mean return ${formatNumber(Number(summary['meanReturn']))}.\n` +
          `Dataset ${id} now has ${dataset.episodes} episodes, ${dataset.steps} steps.`,
      });
    }),
  );
}
