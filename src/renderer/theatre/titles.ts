import { methodTitles } from '../../shared/configuration/agent';
import type { TheatreChoices } from '../../shared/contract/theatre';
import type { Dreamer } from './scene';

/** What stands over a dream: the method, and whatever tells it from its neighbours. */
export function dreamTitles({ agents }: TheatreChoices, dreamers: readonly Dreamer[]): string[] {
  const short = dreamers.map(({ agent: runId }) => {
    const agent = agents.find((candidate) => candidate.runId === runId);
    return runId === null ? 'Expert’s actions' : agent ? methodTitles[agent.method] : runId;
  });
  return dreamers.map(({ agent, seed }, index) => {
    const siblings = dreamers.filter((_, other) => short[other] === short[index]);
    const ofOthers = siblings.some((other) => other.agent !== agent) ? ` ${agent?.slice(-4)}` : '';
    const withSeed = seed !== 0 || siblings.some((other) => other.seed !== seed) ? ` · seed ${seed}` : '';
    return short[index] + ofOthers + withSeed;
  });
}
