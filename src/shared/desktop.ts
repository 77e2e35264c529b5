import { z } from 'zod';

/** What the desktop shell tells its page about itself. */
export interface DesktopDescription {
  /** Version of DITTO Studio. */
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
}

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** What the preload script gives the page as `window.desktop`; a page in a plain browser has none. */
export interface DesktopBridge {
  describe(): Promise<DesktopDescription>;
  /** Asks for a port to the studio process; it arrives as a window message, `portMessage`, with the port in it. */
  connect(): void;
  /** Commands that the menu passes on. Returns how to stop listening. */
  onCommand(listener: (id: string) => void): () => void;
  /** Frame and menus of the window follow. */
  setTheme(theme: Theme): void;
  /** The user's choice of a folder or of files, or nothing. */
  choosePaths(kind: 'folder' | 'files'): Promise<string[]>;
  /** Where a dropped file lies. */
  pathOf(file: File): string;
}

/** The one place where a channel between page and shell is named. */
export const desktopChannels = {
  describe: 'desktop:describe',
  connect: 'desktop:connect',
  port: 'desktop:port',
  command: 'desktop:command',
  setTheme: 'desktop:set-theme',
  choosePaths: 'desktop:choose-paths',
} as const;

/** Data of the window message that brings the port. */
export const portMessage = 'studio-port';

const port = z.int().positive();

/** What the shell says to the studio process over Node's IPC. */
export const fromDesktopSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), port }),
  z.strictObject({ type: z.literal('message'), port, value: z.unknown() }),
  z.strictObject({ type: z.literal('close'), port }),
  /** A sentence for the pages' list of notices. */
  z.strictObject({ type: z.literal('notice'), text: z.string() }),
  /** The application quits: pause what runs, then end. */
  z.strictObject({ type: z.literal('end') }),
]);
export type FromDesktop = z.infer<typeof fromDesktopSchema>;

/** What the studio process says to the shell. */
export const toDesktopSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('message'), port, value: z.unknown() }),
  /** The studio answers from now on. */
  z.strictObject({ type: z.literal('ready') }),
  /** It cannot start; a sentence for a person. */
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
  /** Whether something trains: the machine must not sleep then. */
  z.strictObject({ type: z.literal('busy'), busy: z.boolean() }),
  /** For the system's notifications. */
  z.strictObject({ type: z.literal('notify'), title: z.string(), text: z.string() }),
]);
export type ToDesktop = z.infer<typeof toDesktopSchema>;
