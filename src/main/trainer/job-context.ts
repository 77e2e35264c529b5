import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { RunDescription } from '../../shared/runs';
import { describeError } from '../../shared/errors';
import { writeFileAtomically } from './files';
import { MetricsWriter } from './metrics';
import { startHeart, type Heart } from './heartbeat';
import { parentMessageSchema, sendToParent, type TrainerMessage } from './protocol';
import { appendArtifact, readDescription } from './run-folder';
import { Timeline } from './timeline';

/** Messages of progress at most this often: the parent writes each into its database. */
const PROGRESS_MILLISECONDS = 250;

/** What a job sees of the process around it: its run folder, its parent, and the wish to stop. */
export class JobContext {
  readonly folder: string;
  /** The studio's home folder, which holds the run folder in `runs/`. */
  readonly home: string;
  readonly description: RunDescription;
  readonly timeline = new Timeline();
  /** Set when the job should write a checkpoint and end. */
  stopRequested = false;
  readonly #heart: Heart;
  #metrics: MetricsWriter | undefined;
  #step = 0;
  #started: { time: number; step: number; phase: string } | undefined;
  #lastProgress = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.home = dirname(dirname(folder));
    this.description = readDescription(folder);
    this.#heart = startHeart(
      folder,
      () => this.#step,
      (error) => this.log('warning', describeError(error)),
    );
    const stop = (): void => void (this.stopRequested = true);
    process.on('message', (message) => {
      if (parentMessageSchema.safeParse(message).success) stop();
    });
    process.on('disconnect', stop);
    process.on('SIGTERM', stop);
    // Ctrl-C in a terminal reaches the whole process group; the parent decides what it means and says so.
    process.on('SIGINT', () => {});
  }

  /** Opened late, because a resumed run cuts the file first. */
  get metrics(): MetricsWriter {
    this.#metrics ??= new MetricsWriter(this.folder, (flushedBytes) =>
      this.send({ type: 'metrics', flushedBytes }),
    );
    return this.#metrics;
  }

  /** Reports how far a phase is; `step` of `totalSteps` are done. */
  progress(phase: string, step: number, totalSteps: number): void {
    const now = performance.now();
    this.#step = step;
    this.#heart.beat();
    if (this.#started?.phase !== phase) this.#started = { time: now, step, phase };
    const due = now - this.#lastProgress >= PROGRESS_MILLISECONDS || step === totalSteps;
    if (!due) return;
    this.#lastProgress = now;
    const done = step - this.#started.step;
    const perStep = done > 0 ? (now - this.#started.time) / done : undefined;
    this.send({
      type: 'progress',
      phase,
      step,
      totalSteps,
      ...(perStep !== undefined && {
        stepMilliseconds: perStep,
        secondsLeft: (perStep * (totalSteps - step)) / 1000,
      }),
    });
  }

  log(level: 'information' | 'warning' | 'error', text: string): void {
    this.send({ type: 'log', level, text });
  }

  /** Writes or replaces a file of the run's artifacts and lists it. */
  writeArtifact(kind: string, name: string, content: readonly Uint8Array[]): void {
    const path = `artifacts/${name}`;
    writeFileAtomically(join(this.folder, path), content);
    const hash = createHash('sha256');
    for (const part of content) hash.update(part);
    const artifact = { kind, path, created: new Date().toISOString(), sha256: hash.digest('hex') };
    appendArtifact(this.folder, artifact);
    this.send({ type: 'artifact', artifact });
  }

  send(message: TrainerMessage): void {
    void sendToParent(message);
  }

  close(): void {
    this.#heart.stop();
    this.#metrics?.close();
    this.timeline.write(this.folder);
  }
}
