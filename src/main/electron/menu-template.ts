import type { MenuItemConstructorOptions } from 'electron';
import { commands, type Command } from '../../shared/commands';

const separator: MenuItemConstructorOptions = { type: 'separator' };

/**
 * The menu bar: the command table's groups, among what every application has.
 * @param run is told the id of the command that was chosen
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  run: (commandId: string) => void,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const group = (name: Command['group']): MenuItemConstructorOptions[] =>
    (commands as readonly Command[])
      .filter((command) => command.group === name)
      .map(({ id, label, shortcut }) => ({
        ...{ id, label: label.replace('...', '…'), click: () => run(id) },
        // Sequences like `G D` no menu can show; they are in the list of shortcuts.
        ...(shortcut?.startsWith('Mod+') && {
          accelerator: shortcut.replace('Mod+', 'CommandOrControl+'),
          // The pages listen for the keys themselves, as they do in a browser.
          registerAccelerator: false,
        }),
      }));
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }];
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: [...group('Do'), separator, { role: isMac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    { label: 'Go', submenu: group('Go to') },
    {
      label: 'View',
      submenu: [
        ...[...group('View'), separator, ...zoom, separator],
        ...[{ role: 'togglefullscreen' as const }, { role: 'reload' as const }],
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: group('Help') },
  ];
}
