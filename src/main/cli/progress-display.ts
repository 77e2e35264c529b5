import cliProgress from 'cli-progress';
import { formatSeconds } from './text';

/** One bar of progress. */
export interface Bar {
  /** Bars keep their places by it. */
  id: string;
  title: string;
  /** 0 to 1 */
  share: number;
  /** After the bar: counts, time left. */
  detail: string;
}

/** Shows progress to whoever waits: bars in a terminal, now and then a line elsewhere. */
export interface ProgressDisplay {
  show(bars: readonly Bar[]): void;
  /** A line above the bars. */
  note(text: string): void;
  close(): void;
}

export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean };

export function progressDisplay(stream: OutputStream): ProgressDisplay {
  return stream.isTTY === true ? new TerminalDisplay(stream) : new LineDisplay(stream);
}

const barWidth = 24;
const titleWidth = 31;

export function formatBar({ title, share, detail }: Omit<Bar, 'id'>): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  return `${title.padEnd(titleWidth)} ${bar} ${`${Math.floor(100 * share)} %`.padStart(5)}  ${detail}`;
}

class TerminalDisplay implements ProgressDisplay {
  readonly #bars: cliProgress.MultiBar;
  readonly #byId = new Map<string, cliProgress.SingleBar>();

  constructor(stream: NodeJS.WritableStream) {
    this.#bars = new cliProgress.MultiBar({
      stream,
      fps: 5,
      hideCursor: true,
      // Ctrl-C is ours: it means a checkpoint first.
      gracefulExit: false,
      forceRedraw: true,
      format: (_options, _parameters, payload: Omit<Bar, 'id'>) => formatBar(payload),
    });
  }

  show(bars: readonly Bar[]): void {
    for (const { id, ...bar } of bars) {
      const existing = this.#byId.get(id);
      if (existing) existing.update(bar.share, bar);
      else this.#byId.set(id, this.#bars.create(1, bar.share, bar));
    }
  }

  note(text: string): void {
    this.#bars.log(`${text}\n`);
  }

  close(): void {
    this.#bars.update();
    this.#bars.stop();
  }
}

const lineMilliseconds = 5000;

/** For logs and pipes: the bar that changed last, when it begins, ends, or time has passed. */
class LineDisplay implements ProgressDisplay {
  readonly #stream: NodeJS.WritableStream;
  readonly #shares = new Map<string, number>();
  #lastId: string | undefined;
  #lastTime = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  show(bars: readonly Bar[]): void {
    const changed = bars.find(({ id, share }) => this.#shares.get(id) !== share);
    for (const { id, share } of bars) this.#shares.set(id, share);
    if (!changed) return;
    const due =
      changed.id !== this.#lastId || changed.share === 1 || Date.now() - this.#lastTime >= lineMilliseconds;
    if (!due) return;
    this.#lastId = changed.id;
    this.#lastTime = Date.now();
    this.note(`${changed.title}: ${Math.floor(100 * changed.share)} %, ${changed.detail}`);
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  close(): void {
    // Every line has been written.
  }
}

/** e.g. `420/1500, 1 min 3 s left` */
export function countsAndTime(done: number, total: number, secondsLeft?: number): string {
  const left = secondsLeft === undefined || done >= total ? '' : `, ${formatSeconds(secondsLeft)} left`;
  return `${done}/${total}${left}`;
}
