import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { z } from 'zod';
import { StudioError } from '../../../shared/errors';
import { bridgeProgram } from './python-files';

/** Larger answers are not pixels of an environment. */
const mostBytes = 64 * 2 ** 20;
const longestHeader = 2 ** 20;
/** Of what Python prints, the end is kept: its last words say why it died. */
const keptOutput = 4000;
const newline = 10;

const headerSchema = z.looseObject({
  bytes: z.int().nonnegative().max(mostBytes),
  error: z.string().optional(),
});

/** What the bridge answers: a header that is still to be checked, and pixels, if any. */
export interface BridgeAnswer {
  readonly header: Readonly<Record<string, unknown>>;
  readonly pixels: Uint8Array;
}

interface Question {
  resolve(answer: BridgeAnswer): void;
  reject(error: Error): void;
}

/**
 * A Python process that plays environments of Gymnasium (resources/gymnasium/bridge.py says how to speak with it). It
 * answers in the order in which it is asked, so questions need not wait for each other.
 */
export class BridgeProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #questions: Question[] = [];
  #received: Buffer[] = [];
  #receivedBytes = 0;
  /** Of the answer that is coming in. */
  #header: z.output<typeof headerSchema> | undefined;
  #output = '';
  #failure: StudioError | undefined;

  /** @param python the program */
  constructor(python: string) {
    this.#child = spawn(python, ['-c', bridgeProgram], { stdio: 'pipe', windowsHide: true });
    this.#child.stdout.on('data', (data: Buffer) => this.#receive(data));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-keptOutput);
    });
    // Told by the end of the process.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) =>
      this.#fail(`${python} could not be started: ${error.message}. Choose another Python in DITTO_PYTHON.`),
    );
    this.#child.on('close', (code, signal) => {
      const words = this.#output.trim().split('\n').at(-1);
      const advice = signal
        ? 'Perhaps for want of memory: resume the run to go on.'
        : `Set up Gymnasium again, or try the environment in ${python} itself.`;
      this.#fail(
        `The Python process that plays Gymnasium's environments ended (${signal ?? code})` +
          `${words ? `: ${words}` : ''}. ${advice}`,
      );
    });
  }

  /** Throws StudioError for what the environment throws, and where the process is gone. */
  ask(call: string, request: Readonly<Record<string, unknown>> = {}): Promise<BridgeAnswer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#questions.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ call, ...request })}\n`);
    });
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.#fail("Gymnasium's environments have been closed.");
    this.#child.kill('SIGKILL');
  }

  #fail(reason: string): void {
    this.#failure ??= new StudioError(reason);
    for (const { reject } of this.#questions.splice(0)) reject(this.#failure);
  }

  #receive(data: Buffer): void {
    this.#received.push(data);
    this.#receivedBytes += data.length;
    try {
      while (this.#readAnswer());
    } catch {
      this.#fail("Gymnasium's Python process gave an answer of an unknown form: set up Gymnasium again.");
      this.#child.kill('SIGKILL');
    }
  }

  /** Whether a whole answer had come in. */
  #readAnswer(): boolean {
    const header = this.#header ?? this.#readHeader();
    if (!header) return false;
    this.#header = header;
    if (this.#receivedBytes < header.bytes) return false;
    const pixels = this.#take(header.bytes);
    this.#header = undefined;
    const question = this.#questions.shift();
    const { bytes: _, error, ...rest } = header;
    if (error === undefined) question?.resolve({ header: rest, pixels });
    else question?.reject(new StudioError(error));
    return true;
  }

  #readHeader(): z.output<typeof headerSchema> | undefined {
    const [first] = this.#received;
    if (!first?.includes(newline)) {
      if (this.#receivedBytes > longestHeader) throw new RangeError('No end of the header.');
      if (this.#received.length < 2) return undefined;
      this.#received = [Buffer.concat(this.#received)];
      if (!this.#received[0]!.includes(newline)) return undefined;
    }
    const line = this.#take(this.#received[0]!.indexOf(newline) + 1);
    return headerSchema.parse(JSON.parse(Buffer.from(line).toString('utf8')));
  }

  /** A copy of the next bytes, of which there are enough. */
  #take(bytes: number): Uint8Array {
    const all = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    this.#received = all.length > bytes ? [all.subarray(bytes)] : [];
    this.#receivedBytes -= bytes;
    return Uint8Array.from(all.subarray(0, bytes));
  }
}
