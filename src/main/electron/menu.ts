import { Menu } from 'electron';
import { desktopChannels } from '../../shared/desktop';
import { menuTemplate } from './menu-template';
import { showMainWindow } from './window';

/** A command that is chosen is carried out by the page. */
export function setMenu(): void {
  const template = menuTemplate(process.platform, (id) =>
    showMainWindow().webContents.send(desktopChannels.command, id),
  );
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
