import type { Command } from 'commander';
import { agentConfigurations, agentMethods, type AgentMethod } from '../../../shared/configuration/agent';
import { agentPreset, findPreset, presetNames } from '../../../shared/configuration/presets';
import { trainingRunConfiguration } from '../../../shared/configuration/run';
import { worldModelConfiguration } from '../../../shared/configuration/world-model';
import type { RunDescription } from '../../../shared/runs';
import type { Registry } from '../../registry/registry';
import { createAgentRun, findMethod } from '../../studio/create-agent-run';
import { createWorldModelRun } from '../../studio/create-world-model-run';
import { runFolder } from '../../trainer/home';
import { addCommand, addGroup, withRegistry, type CommonOptions, type Invocation } from '../command';
import { addFieldOptions, givenSettings } from '../field-options';
import { followOnScreen } from '../follow';
import { peekOption } from '../peek-option';
import { formatNumber } from '../text';

interface TrainOptions extends CommonOptions {
  dataset: string;
  preset: string;
  engine: string;
  name?: string;
}

interface AgentOptions extends TrainOptions {
  method: string;
  worldModel?: string;
}

const defaultPreset = 'tiny';

export function addTrainCommands(
  program: Command,
  invocation: Invocation,
  commandLine: readonly string[],
): void {
  const group = addGroup(program, 'train', 'Train a world model, or an agent that imitates.');
  const isTraining = commandLine[0] === 'train';
  // Options and help depend on both; for other commands they need not even exist.
  const preset = (isTraining ? peekOption(commandLine, '--preset') : undefined) ?? defaultPreset;
  const method = (isTraining ? peekOption(commandLine, '--method') : undefined) ?? agentMethods[0];
  addWorldModelCommand(group, invocation, preset);
  addAgentCommand(group, invocation, preset, findMethod(method));
}

function addWorldModelCommand(group: Command, invocation: Invocation, preset: string): void {
  const { worldModel, run } = findPreset(preset);
  const command = addTrainOptions(
    addCommand(group, 'world-model', 'Train a world model on a dataset, offline.').requiredOption(
      '--dataset <id>',
      'dataset to learn from; see the command "datasets"',
    ),
  );
  addFieldOptions(command, 'World model:', worldModelConfiguration, { name: preset, values: worldModel });
  addFieldOptions(command, 'Training:', trainingRunConfiguration, { name: preset, values: run });
  command.action((options: TrainOptions) =>
    withRegistry(options, invocation, async (registry) => {
      const settings = allSettings(worldModelConfiguration, options);
      const run = await createWorldModelRun(registry, { ...options, settings });
      await trainOnScreen(registry, run, invocation);
    }),
  );
}

function addAgentCommand(group: Command, invocation: Invocation, preset: string, method: AgentMethod): void {
  const schema = agentConfigurations[method];
  const found = findPreset(preset);
  const command = addTrainOptions(
    addCommand(group, 'agent', 'Train an agent to imitate the expert of a dataset.')
      .option(
        '--method <method>',
        `one of ${agentMethods.join(', ')}; each has settings of its own: these are of ${method}`,
        agentMethods[0],
      )
      .requiredOption('--dataset <id>', 'dataset with the expert\'s episodes; see the command "datasets"')
      .option('--world-model <run>', 'run of the world model that a model-based method learns in'),
  );
  addFieldOptions(command, `Method ${method}:`, schema, { name: preset, values: agentPreset(found, method) });
  addFieldOptions(command, 'Training:', trainingRunConfiguration, { name: preset, values: found.run });
  command.action((options: AgentOptions) =>
    withRegistry(options, invocation, async (registry) => {
      const settings = allSettings(schema, options);
      const run = await createAgentRun(registry, { ...options, settings });
      await trainOnScreen(registry, run, invocation);
    }),
  );
}

function addTrainOptions(command: Command): Command {
  return command
    .option('--preset <preset>', `${presetNames.join(', ')}: where settings start from`, defaultPreset)
    .option('--name <text>', 'name of the run')
    .option('--engine <id>', 'what computes; see the command "doctor"', 'auto');
}

function allSettings(
  schema: Parameters<typeof givenSettings>[0],
  options: TrainOptions,
): Record<string, unknown> {
  const values = { ...options };
  return { ...givenSettings(schema, values), ...givenSettings(trainingRunConfiguration, values) };
}

async function trainOnScreen(registry: Registry, run: RunDescription, invocation: Invocation): Promise<void> {
  invocation.note(`Run ${run.id} (${run.name}, ${run.engine})`);
  const summary = await followOnScreen(registry, run.id, invocation);
  const folder = runFolder(registry.home, run.id);
  const measured = Object.entries(summary).map(
    ([name, value]) => `  ${name}: ${formatNumber(Number(value))}`,
  );
  invocation.deliver({
    document: { run: run.id, kind: run.kind, status: 'finished', summary, folder },
    text: [`Run ${run.id} is finished.`, ...measured, folder].join('\n'),
  });
}
