import type { Command } from 'commander';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { followOnScreen } from '../follow';
import { runFolder } from '../../trainer/home';

export function addResumeCommand(program: Command, invocation: Invocation): void {
  addCommand(program, 'resume', 'Go on with a paused, interrupted or failed run, from its last checkpoint.')
    .argument('<run>', 'id of the run; see the command "runs"')
    .action((runId: string, options: CommonOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const { kind } = registry.getRun(runId);
        const summary = await followOnScreen(registry, runId, invocation);
        const folder = runFolder(registry.home, runId);
        invocation.deliver({
          document: { run: runId, kind, status: 'finished', summary, folder },
          text: `Run ${runId} is finished.\n${folder}`,
        });
      }),
    );
}
