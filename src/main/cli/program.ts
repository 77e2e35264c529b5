import { Command } from 'commander';
import { studioVersion } from '../../shared/version';
import { programName, withUsageErrors, type Invocation } from './command';
import { addDatasetsCommand } from './commands/datasets';
import { addDemoCommand } from './commands/demo';
import { addDoctorCommand } from './commands/doctor';
import { addEvaluateCommand } from './commands/evaluate';
import { addExperimentCommand } from './commands/experiment';
import { addExportCommands } from './commands/export';
import { addEnginesCommands } from './commands/engines';
import { addEnvironmentsCommands } from './commands/environments';
import { addFigureCommand } from './commands/figure';
import { addImportCommand } from './commands/import';
import { addRecordCommand } from './commands/record';
import { addRegistryCommands } from './commands/registry';
import { addResumeCommand } from './commands/resume';
import { addRunsCommand } from './commands/runs';
import { addShowCommand } from './commands/show';
import { addTrainCommands } from './commands/train';

/** All commands. The command line is looked at before it is parsed: a preset changes the defaults in the help. */
export function buildProgram(commandLine: readonly string[], invocation: Invocation): Command {
  const program = withUsageErrors(new Command(programName))
    .description('DITTO Studio: imitation learning inside a world model, from the command line.')
    .version(studioVersion, '--version', 'print the version')
    .helpOption('--help', 'explain a command and its options')
    .helpCommand(false);
  addDemoCommand(program, invocation);
  addDoctorCommand(program, invocation);
  addEnvironmentsCommands(program, invocation);
  addEnginesCommands(program, invocation);
  addRecordCommand(program, invocation);
  addImportCommand(program, invocation);
  addTrainCommands(program, invocation, commandLine);
  addEvaluateCommand(program, invocation);
  addExperimentCommand(program, invocation);
  addFigureCommand(program, invocation);
  addResumeCommand(program, invocation);
  addExportCommands(program, invocation);
  addRunsCommand(program, invocation);
  addShowCommand(program, invocation);
  addDatasetsCommand(program, invocation);
  addRegistryCommands(program, invocation);
  return program;
}
