import { InvalidArgumentError, Option, type Command } from 'commander';
import { writableHome } from '../../studio/writable-home';
import {
  addEnvironment,
  knownEnvironments,
  removeEnvironment,
} from '../../studio/environments/added-environments';
import { gymnasiumStatus, setUpGymnasium } from '../../studio/environments/set-up-gymnasium';
import { addCommand, addGroup, type CommonOptions, type Invocation } from '../command';
import { untilInterrupted } from '../interrupt';
import { formatTable } from '../text';

interface AddOptions extends CommonOptions {
  channels?: '1' | '3';
  maximumSteps?: number;
}

/** Those that are built in, and those of Gymnasium. */
export function addEnvironmentsCommands(program: Command, invocation: Invocation): void {
  const group = addGroup(program, 'environments', 'List environments; add those of Gymnasium.');

  addCommand(group, 'list', 'The environments that can be recorded and played.').action(
    ({ home }: CommonOptions) => {
      const known = knownEnvironments(writableHome(home));
      const rows = known.map(({ id, actionKind, actions, policies, gymnasium }) => [
        ...[id, gymnasium ? 'Gymnasium' : 'built in', `${actions.length} ${actionKind}`],
        policies.map((policy) => policy.id).join(', '),
      ]);
      const heading = ['environment', 'from', 'actions', 'policies'];
      invocation.deliver({ document: known, text: formatTable([heading, ...rows]) });
    },
  );

  addCommand(
    group,
    'setup',
    'Install Gymnasium, with Atari and Box2D, into a Python of the studio’s own.',
  ).action(async ({ home: flag }: CommonOptions) => {
    const home = writableHome(flag);
    await untilInterrupted((signal) => setUpGymnasium(home, { onNote: invocation.note, signal }));
    const status = await gymnasiumStatus(home);
    invocation.deliver({
      document: status,
      text: `Gymnasium ${status.versions['gymnasium']} is set up: ${status.ids.length} environments can be added.`,
    });
  });

  addCommand(
    group,
    'add <id>',
    'Add an environment of Gymnasium, e.g. BreakoutNoFrameskip-v4 or CarRacing-v3.',
  )
    .addOption(
      new Option('--channels <count>', '1: grey, 3: colour [default: 1 for Atari, else 3]').choices([
        '1',
        '3',
      ]),
    )
    .option('--maximum-steps <steps>', 'at which an episode is cut [default: its own]', parseSteps)
    .action(async (id: string, { home, channels, maximumSteps }: AddOptions) => {
      const added = await addEnvironment(writableHome(home), {
        id,
        channels: channels === undefined ? null : channels === '1' ? 1 : 3,
        maximumSteps: maximumSteps ?? null,
      });
      invocation.deliver({
        document: added,
        text: `Added ${id}: pictures of ${added.observationShape.join(' x ')}, actions ${added.actions.join(', ')}.`,
      });
    });

  addCommand(group, 'remove <id>', 'Take one of Gymnasium off the list; recordings and runs stay.').action(
    (id: string, { home }: CommonOptions) => {
      removeEnvironment(writableHome(home), id);
      invocation.deliver({ document: { removed: id }, text: `Removed ${id}.` });
    },
  );
}

function parseSteps(text: string): number {
  const steps = Number(text);
  if (Number.isInteger(steps) && steps >= 1 && steps <= 1_000_000) return steps;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.');
}
