import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { StudioError } from '../src/shared/errors';

/** Ways in which PyTorch can run the same model: plain, with channels-last images, through `torch.compile`. */
export const peerModes = ['eager', 'channels-last', 'compile'] as const;
export type PeerMode = (typeof peerModes)[number];

export const peerDevices = ['cpu', 'cuda'] as const;

/** What bench/peer/train_step.py is told first. */
export interface PeerSettings {
  training: BenchmarkTraining | 'encode';
  definition: object;
  /** Safetensors file with `parameters/*`, `carried/*`, `frozen/*` and `inputs/*`. */
  tensors: string;
  threads: number;
  device: (typeof peerDevices)[number];
}

export interface PeerStep {
  stepMs: number;
  /** Of an encoding the mean of the latents. */
  loss: number;
  peakMemoryMiB: number;
  /** Processor time that the peer has used so far. */
  processorSeconds: number;
}

interface Greeting {
  torch: string;
  device: string;
}

/** A PyTorch process that makes one step whenever it is asked to. */
export class Peer {
  readonly mode: PeerMode;
  /** PyTorch's version. */
  readonly version: string;
  /** `cpu`, or the name of the GPU. */
  readonly device: string;
  readonly #channel: Channel;

  private constructor(mode: PeerMode, { torch, device }: Greeting, channel: Channel) {
    this.mode = mode;
    this.version = torch;
    this.device = device;
    this.#channel = channel;
  }

  /** Throws StudioError if there is no Python with PyTorch. */
  static async start(mode: PeerMode, settings: PeerSettings): Promise<Peer> {
    const channel = new Channel(mode);
    return new Peer(mode, await channel.ask<Greeting>(settings), channel);
  }

  step(): Promise<PeerStep> {
    return this.#channel.ask<PeerStep>({ step: true });
  }

  /** Ends the process, also in the middle of a step. */
  stop(): void {
    this.#channel.close();
  }
}

/** JSON lines to and from the peer's process: one answer for each question. */
class Channel {
  readonly #python = process.env['DITTO_PYTHON'] ?? 'python3';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #ended: Promise<never>;
  #errors = '';

  constructor(mode: PeerMode) {
    const script = join(projectFolder(), 'bench', 'peer', 'train_step.py');
    this.#child = spawn(this.#python, ['-B', script, mode]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    // Writing to a process that has ended is reported through its end.
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#ended = new Promise((_, reject) => {
      this.#child.once('error', (error) => reject(this.#explain(error.message)));
      this.#child.once('close', () => reject(this.#explain(lastLine(this.#errors))));
    });
    // It may also end when nobody waits for an answer.
    this.#ended.catch(() => undefined);
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    const answer = once(this.#lines, 'line') as Promise<[string]>;
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const [line] = await Promise.race([answer, this.#ended]);
    return JSON.parse(line) as Answer;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #explain(reason: string): StudioError {
    const advice = `install PyTorch with "${this.#python} -m pip install torch", or name a Python that has it in DITTO_PYTHON`;
    if (/No module named 'torch'|ENOENT/.test(reason)) {
      return new StudioError(`${this.#python} cannot run the PyTorch peer (${reason}): ${advice}.`);
    }
    return new StudioError(
      `The PyTorch peer has ended: ${reason || 'it said nothing'}; run without --peer, or ${advice}.`,
    );
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)!;
}

/** The folder of package.json, whether this runs from source or from the build. */
function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error(`There is no package.json above ${import.meta.dirname}.`);
    folder = dirname(folder);
  }
  return folder;
}
