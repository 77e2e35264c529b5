import { describe, expect, it } from 'vitest';
import { commands } from '../../shared/commands';
import { menuTemplate } from './menu-template';

type Item = ReturnType<typeof menuTemplate>[number];

const itemsOf = (template: Item[]): Item[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

describe('menuTemplate', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('has each command of the table once, on %s', (platform) => {
    const chosen: string[] = [];
    for (const { id, click } of itemsOf(menuTemplate(platform, (command) => chosen.push(command)))) {
      if (id !== undefined) (click as () => void)();
    }
    expect(chosen.toSorted()).toEqual(commands.map(({ id }) => id).toSorted());
  });

  it('shows the shortcuts that a menu can show, and leaves the keys to the pages', () => {
    const items = itemsOf(menuTemplate('linux', () => {}));
    const palette = items.find(({ id }) => id === 'view.palette');
    expect(palette).toMatchObject({ accelerator: 'CommandOrControl+K', registerAccelerator: false });
    expect(items.find(({ id }) => id === 'go.datasets')).not.toHaveProperty('accelerator');
  });

  it('has the application menu of a Mac there alone', () => {
    expect(menuTemplate('darwin', () => {})[0]).toEqual({ role: 'appMenu' });
    expect(itemsOf(menuTemplate('linux', () => {})).map(({ role }) => role)).toContain('quit');
  });
});
