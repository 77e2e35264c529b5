import type { Action } from '../../../shared/actions';
import type { DistantEnvironment, Environment } from '../../../shared/environment';
import type { PlayFrame } from '../../../shared/dataset-views';
import { createPolicy } from '../../environments';
import { openEnvironments, type EnvironmentSource } from '../../environments/open';
import { Beat } from './beat';

export interface PreviewRequest {
  policy: string;
  /** 0 to 100 */
  noisePercent: number;
  /** 0 to 99 */
  stickyPercent: number;
  /** Of the first episode; later ones count up, as in a recording. */
  seed: number;
  framesPerSecond: number;
}

/** Frames a finished episode stays on its last picture, so that one sees how it ended. */
const lastFrames = 8;

/** What a recording with these settings records, played at a pace to watch; without end. */
export async function* previewPolicy(
  source: EnvironmentSource,
  request: PreviewRequest,
  signal: AbortSignal,
): AsyncGenerator<PlayFrame> {
  const opened = await openEnvironments(source, 1, { stickiness: request.stickyPercent / 100 });
  try {
    yield* play(opened.instances[0]!, request, signal);
  } finally {
    opened.close();
  }
}

async function* play(
  environment: Environment | DistantEnvironment,
  request: PreviewRequest,
  signal: AbortSignal,
): AsyncGenerator<PlayFrame> {
  const policy = createPolicy(environment, request.policy, { noise: request.noisePercent / 100 });
  const beat = new Beat(request.framesPerSecond);
  for (let episode = 0; !signal.aborted; episode++) {
    let pixels = await environment.reset(request.seed + episode);
    await policy.begin(request.seed + episode);
    let action: Action | null = null;
    let total = 0;
    let end: PlayFrame['end'];
    for (let step = 0; !signal.aborted && !end; step++) {
      yield { episode, step, pixels, action, return: total, state: 'playing', pace: beat.pace };
      action = await policy.act();
      const outcome = await environment.step(action);
      pixels = outcome.observation;
      total += outcome.reward;
      if (outcome.terminated) end = 'terminated';
      else if (outcome.truncated) end = 'truncated';
      await beat.next(signal);
      if (end)
        yield {
          episode,
          step: step + 1,
          pixels,
          action,
          return: total,
          state: 'ended',
          end,
          pace: beat.pace,
        };
    }
    for (let frame = 0; frame < lastFrames && !signal.aborted; frame++) await beat.next(signal);
  }
}
