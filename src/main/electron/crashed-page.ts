import { app, dialog } from 'electron';
import type { StudioLink } from './studio-link';

/** So many crashes in so much time are a fault that loading the page again does not mend. */
const LIMIT = { crashes: 3, milliseconds: 60_000 };

/** The page's process may die, of a lack of memory for one: what trains does not notice, and the page is loaded again. */
export function reloadAfterCrash(link: StudioLink): void {
  let crashes: number[] = [];
  app.on('render-process-gone', (_, contents, { reason }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    crashes = [...crashes.filter((time) => time > Date.now() - LIMIT.milliseconds), Date.now()];
    if (crashes.length > LIMIT.crashes) {
      dialog.showErrorBox(
        'The window of DITTO Studio keeps failing',
        `Its process ended ${crashes.length} times within a minute (the last time: ${reason}). What runs is paused, and ` +
          'you can resume it. Start the application again, or open the studio in a browser: npm start -- --headless',
      );
      app.quit();
      return;
    }
    link.addNotice(`The window's page ended (${reason}) and was loaded again. What runs was not disturbed.`);
    contents.reload();
  });
}
