import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  nativeTheme,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
} from 'electron';
import { z } from 'zod';
import { desktopChannels, themes, type DesktopDescription } from '../../shared/desktop';
import { isFromOwnPage } from './security';
import type { StudioLink } from './studio-link';

const refusal = 'Refused: this message is not from a page of DITTO Studio.';

/** Answers what the preload script asks; each message is checked for its sender and its form. */
export function answerMessages(link: StudioLink): void {
  answer(desktopChannels.describe, z.undefined(), (): DesktopDescription => {
    const { electron, chrome } = process.versions;
    return { version: app.getVersion(), electron, chrome };
  });
  answer(desktopChannels.choosePaths, z.enum(['folder', 'files']), async (kind, event) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (!window) return [];
    const { filePaths } = await dialog.showOpenDialog(window, {
      properties: kind === 'folder' ? ['openDirectory'] : ['openFile', 'multiSelections'],
    });
    return filePaths;
  });
  listen(desktopChannels.connect, z.undefined(), (_, event) => {
    if (event.senderFrame) void link.connect(event.senderFrame);
  });
  listen(desktopChannels.setTheme, z.enum(themes), (theme) => {
    nativeTheme.themeSource = theme;
  });
}

function answer<Input>(
  channel: string,
  schema: z.ZodType<Input>,
  handle: (input: Input, event: IpcMainInvokeEvent) => unknown,
): void {
  ipcMain.handle(channel, (event, input: unknown) => {
    if (!isFromOwnPage(event)) throw new Error(refusal);
    return handle(schema.parse(input), event);
  });
}

function listen<Input>(
  channel: string,
  schema: z.ZodType<Input>,
  handle: (input: Input, event: IpcMainEvent) => void,
): void {
  ipcMain.on(channel, (event, input: unknown) => {
    const checked = schema.safeParse(input);
    if (isFromOwnPage(event) && checked.success) handle(checked.data, event);
  });
}
