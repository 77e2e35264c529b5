import type { Command } from 'commander';
import { evaluationConfiguration } from '../../../shared/configuration/run';
import { createEvaluation } from '../../studio/create-evaluation';
import type { EvaluationResult } from '../../../shared/evaluation';
import { readEvaluation } from '../../studio/demo/results';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { addFieldOptions, givenSettings } from '../field-options';
import { followOnScreen } from '../follow';
import { formatResults } from '../results-table';

interface EvaluateOptions extends CommonOptions {
  environment?: string;
  policies: string[];
  dataset?: string;
  worldModel?: string;
  name?: string;
  engine: string;
}

export function addEvaluateCommand(program: Command, invocation: Invocation): void {
  const description = 'Play agents and built-in policies in the true environment, all on the same seeds.';
  const command = addCommand(program, 'evaluate', description)
    .argument('[agents...]', 'runs of the agents')
    .option('--environment <id>', "environment [default: the agents' own]")
    .option('--policies <ids>', 'built-in policies beside the agents, e.g. expert,random', splitList, [])
    .option('--dataset <id>', 'expert dataset to measure latent distance and action accuracy on')
    .option('--world-model <run>', 'run of the world model to measure them with')
    .option('--name <text>', 'name of the run')
    .option('--engine <id>', 'what computes; see the command "doctor"', 'auto');
  addFieldOptions(command, 'Evaluation:', evaluationConfiguration);
  command.action((agents: string[], options: EvaluateOptions) =>
    withRegistry(options, invocation, async (registry) => {
      const settings = givenSettings(evaluationConfiguration, { ...options });
      const run = await createEvaluation(registry, { ...options, agents, settings });
      const results: EvaluationResult[] = [
        ...readEvaluation(await followOnScreen(registry, run.id, invocation)).values(),
      ];
      const expert = results.find(({ name }) => name === 'expert');
      invocation.deliver({
        document: { run: run.id, status: 'finished', results },
        text: `${formatResults(results, expert?.mean)}\n\nRun ${run.id}`,
      });
    }),
  );
}

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
