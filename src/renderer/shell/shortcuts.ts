import { commands, type Command, type CommandId } from '../../shared/commands';

const sequenceMilliseconds = 1200;
const isMac = /mac/i.test(navigator.platform);

/** e.g. `Ctrl K`, `⌘ K`, `G then D` */
export const shortcutText = (shortcut: string): string =>
  shortcut.replace('Mod+', isMac ? '⌘ ' : 'Ctrl ').replace(/^(\w) (\w)$/, '$1 then $2');

/** Calls `run` with the command whose shortcut is pressed, but not while someone types into a field. */
export function listenForShortcuts(run: (id: CommandId) => void): () => void {
  let first = '';
  let pressed = 0;
  function onKeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    if (!modified && isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const isSequence = !modified && Date.now() - pressed < sequenceMilliseconds;
    const candidates = modified ? [`Mod+${key}`] : isSequence ? [`${first} ${key}`, key] : [key];
    [first, pressed] = modified ? ['', 0] : [key, Date.now()];
    const command = candidates
      .map((shortcut) => commands.find((known: Command) => known.shortcut === shortcut))
      .find((known) => known !== undefined);
    if (!command) return;
    event.preventDefault();
    first = '';
    run(command.id);
  }
  window.addEventListener('keydown', onKeydown);
  return () => window.removeEventListener('keydown', onKeydown);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName);
}
