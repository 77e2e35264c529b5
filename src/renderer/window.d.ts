import type { DesktopBridge } from '../shared/desktop';

declare global {
  interface Window {
    /** Present in the desktop application, absent in a browser. */
    readonly desktop?: DesktopBridge;
  }
}
