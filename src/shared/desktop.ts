/** What the desktop shell tells its page about itself. */
export interface DesktopDescription {
  /** Version of DITTO Studio. */
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
}

/** What the preload script gives the page as `window.desktop`; a page in a plain browser has none. */
export interface DesktopBridge {
  describe(): Promise<DesktopDescription>;
}

/** The one place where a channel between page and shell is named. */
export const desktopChannels = { describe: 'desktop:describe' } as const;
