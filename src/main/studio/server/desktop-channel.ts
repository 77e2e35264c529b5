import { fromDesktopSchema, type ToDesktop } from '../../../shared/desktop';
import type { Channel } from '../../../shared/contract/procedure';

export interface DesktopEvents {
  onChannel(channel: Channel): void;
  /** The shell has something to say to a person. */
  onNotice(text: string): void;
  /** The application quits, or is gone. */
  onEnd(): void;
}

/**
 * The window's side of the studio: the desktop shell, our parent, passes on what its pages say over Node's IPC. Each
 * page that connects is a channel of its own. The parent's end is the end of this process' work.
 */
export function serveDesktop({ onChannel, onNotice, onEnd }: DesktopEvents): void {
  const channels = new Map<number, { message(value: unknown): void; close(): void }>();
  process.on('message', (raw) => {
    const parsed = fromDesktopSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'end') return onEnd();
    if (message.type === 'notice') return onNotice(message.text);
    if (message.type === 'open') {
      const { channel, ...ends } = openChannel(message.port);
      channels.set(message.port, ends);
      onChannel(channel);
    } else if (message.type === 'message') channels.get(message.port)?.message(message.value);
    else {
      channels.get(message.port)?.close();
      channels.delete(message.port);
    }
  });
  process.on('disconnect', () => {
    for (const { close } of channels.values()) close();
    onEnd();
  });
}

function openChannel(port: number) {
  const messages: ((message: unknown) => void)[] = [];
  const closes: (() => void)[] = [];
  const channel: Channel = {
    send: (value) => sendToDesktop({ type: 'message', port, value }),
    onMessage: (listener) => void messages.push(listener),
    onClose: (listener) => void closes.push(listener),
  };
  return {
    channel,
    message: (value: unknown) => messages.forEach((listener) => listener(value)),
    close: () => closes.forEach((listener) => listener()),
  };
}

export function sendToDesktop(message: ToDesktop): void {
  // An error means that the parent is gone, which its 'disconnect' tells.
  if (process.connected) process.send?.(message, () => {});
}
