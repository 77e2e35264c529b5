import type { Command, CommanderError } from 'commander';
import { StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { openStudio } from './home';

/** What a command has to say at its end: a document for programs, and the same as text for people. */
export interface CommandResult {
  document: unknown;
  text: string;
}

/** Options that every command has. */
export interface CommonOptions {
  home?: string;
  json?: boolean;
}

/** What commands see of the program that runs them. */
export interface Invocation {
  deliver(result: CommandResult): void;
  /** To stderr: what a person should know, and no part of the result. */
  note(text: string): void;
  stderr: NodeJS.WriteStream;
}

/** As a user types it; stands in every usage and hint. */
export const programName = 'npm run studio --';

/** A subcommand with the options that all have. */
export function addCommand(parent: Command, usage: string, description: string): Command {
  return withUsageErrors(parent.command(usage))
    .description(description)
    .option(
      '--home <folder>',
      'folder of all runs and datasets [default DITTO_HOME, else the place for application data]',
    )
    .option('--json', 'print one line of JSON for programs; all else goes to stderr')
    .allowExcessArguments(false);
}

/** A word that only groups commands, e.g. `train`. */
export function addGroup(parent: Command, name: string, description: string): Command {
  return withUsageErrors(parent.command(name)).description(description);
}

/** Turns Commander's complaints into StudioErrors that say where to look. */
export function withUsageErrors(command: Command): Command {
  return command.configureOutput({ outputError: () => undefined }).exitOverride((error) => {
    throw error.exitCode === 0 ? error : usageError(error, command);
  });
}

function usageError(error: CommanderError, command: Command): StudioError {
  const help = `"${fullName(command)} --help"`;
  if (error.code === 'commander.help')
    return new StudioError('Choose one of the commands that are listed above.');
  const sentence = error.message
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/\.$/, '');
  const capital = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return new StudioError(`${capital}: ${help} lists what there is.`, { cause: error });
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Runs a command's work with the studio's registry open. */
export async function withRegistry<Result>(
  { home }: CommonOptions,
  invocation: Invocation,
  work: (registry: Registry) => Promise<Result> | Result,
): Promise<Result> {
  const registry = await openStudio(home);
  try {
    for (const notice of registry.notices) invocation.note(notice);
    return await work(registry);
  } finally {
    registry.close();
  }
}
