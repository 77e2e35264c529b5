import type { Command } from 'commander';
import { addCommand, addGroup, withRegistry, type CommonOptions, type Invocation } from '../command';

export function addRegistryCommands(program: Command, invocation: Invocation): void {
  const group = addGroup(program, 'registry', 'Look after the index of runs and datasets.');
  addCommand(group, 'rebuild', 'Make the index anew from the folders, which are the truth.').action(
    (options: CommonOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const counts = await registry.rebuild();
        for (const notice of new Set(registry.notices)) invocation.note(notice);
        invocation.deliver({
          document: counts,
          text: `The registry holds ${counts.runs} runs and ${counts.datasets} datasets.`,
        });
      }),
  );
}
