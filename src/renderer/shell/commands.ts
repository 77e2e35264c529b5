import { commands, type Command, type CommandId } from '../../shared/commands';
import { studio } from '../connection/connection.svelte';
import { themes } from '../../shared/desktop';
import { describeError } from '../../shared/errors';
import { layout } from './layout.svelte';
import { router } from './router.svelte';
import { theme } from './theme.svelte';
import { toasts } from './toasts.svelte';

/** What each command of the table does in the pages; a command without an action does not compile. */
const actions: Readonly<Record<CommandId, () => unknown>> = {
  'go.home': () => router.go('/'),
  'go.datasets': () => router.go('/datasets'),
  'go.runs': () => router.go('/runs'),
  'go.experiments': () => router.go('/experiments'),
  'go.theatre': () => router.go('/theatre'),
  'go.compare': () => router.go('/compare'),
  'go.figures': () => router.go('/figures'),
  'go.hardware': () => router.go('/hardware'),
  'demo.start': () => startDemo('tiny'),
  'demo.check': () => startDemo('nano'),
  'datasets.record': () => router.go('/record'),
  'datasets.import': () => router.go('/import'),
  'train.world-model': () => router.go('/train/world-model'),
  'train.agent': () => router.go('/train/agent'),
  evaluate: () => router.go('/evaluate'),
  'queue.hold': toggleQueue,
  'view.palette': () => layout.toggle('palette'),
  'view.theme': () => theme.set(themes[(themes.indexOf(theme.choice) + 1) % themes.length]!),
  'view.sidebar': () => layout.toggleSidebar(),
  'help.shortcuts': () => layout.toggle('shortcuts'),
};

export function runCommand(id: CommandId): void {
  void (async () => {
    try {
      await actions[id]();
    } catch (error) {
      toasts.add('error', describeError(error));
    }
  })();
}

/** Commands arrive by name from the menu of the window. */
export function findCommand(id: string): (Command & { id: CommandId }) | undefined {
  return commands.find((command) => command.id === id);
}

async function startDemo(preset: 'nano' | 'tiny'): Promise<void> {
  await studio().demo.start({ preset });
  router.go('/');
}

async function toggleQueue(): Promise<void> {
  const { held } = await studio().queue.get({});
  await (held ? studio().queue.release({}) : studio().queue.hold({}));
  toasts.add(
    'information',
    held ? 'The queue goes on.' : 'Nothing more is started until you release the queue.',
  );
}
