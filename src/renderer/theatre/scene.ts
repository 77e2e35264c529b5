import { agentMethods } from '../../shared/configuration/agent';
import type { TheatreChoices } from '../../shared/contract/theatre';
import { maximumDreams, type DreamRequest } from '../../shared/dreams';

/** Who dreams: an agent, or null for the expert's own actions; and the seed of all that is drawn by chance. */
export interface Dreamer {
  readonly agent: string | null;
  readonly seed: number;
}

/** What the theatre shows; all of it stands in the page's address. */
export interface Scene {
  readonly environment: string;
  readonly dataset: string;
  readonly episode: number;
  /** Run in which those dream who bring no world model of their own. */
  readonly worldModel: string;
  readonly dreamers: readonly Dreamer[];
  /** First imagined step of the episode. */
  readonly start: number;
  /** Steps that were seen before. */
  readonly context: number;
  /** Imagined steps. */
  readonly steps: number;
}

const expertName = 'expert';
const defaults = { start: 5, context: 5, steps: 50, agents: 2 };

/** What an address asks for; what it leaves open is chosen so that there is a dream to see. Undefined if there is none. */
export function resolveScene(choices: TheatreChoices, parameters: URLSearchParams): Scene | undefined {
  const given = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const asked = parseDreamers(given('dreams'));
  const askedAgent = choices.agents.find(({ runId }) => asked?.some(({ agent }) => agent === runId));
  const environment =
    choices.datasets.find(({ id }) => id === given('dataset'))?.environment ??
    askedAgent?.environment ??
    choices.worldModels.find(({ runId }) => runId === given('model'))?.environment ??
    (choices.agents[0] ?? choices.worldModels[0])?.environment;
  const isHere = (candidate: { environment: string }): boolean => candidate.environment === environment;
  const datasets = choices.datasets.filter(isHere);
  const dataset = given('dataset') ?? (datasets.find(({ isExpert }) => isExpert) ?? datasets[0])?.id;
  const agents = choices.agents.filter(isHere);
  const own = (askedAgent ?? agents.find(({ worldModel }) => worldModel !== null))?.worldModel;
  const worldModel = given('model') ?? own ?? choices.worldModels.find(isHere)?.runId;
  if (environment === undefined || dataset === undefined || worldModel === undefined) return undefined;
  const shown = agentMethods.flatMap((method) => agents.find((agent) => agent.method === method) ?? []);
  const standard = [null, ...shown.slice(0, defaults.agents).map(({ runId }) => runId)];
  return {
    ...{ environment, dataset, worldModel },
    episode: wholeNumber(given('episode'), 0, 0),
    dreamers: asked ?? standard.map((agent) => ({ agent, seed: 0 })),
    start: wholeNumber(given('start'), defaults.start, 1),
    context: wholeNumber(given('context'), defaults.context, 1),
    steps: wholeNumber(given('steps'), defaults.steps, 1),
  };
}

/** The scene as far as an episode of `length` steps allows it. */
export function fitScene(scene: Scene, length: number): Scene {
  const start = Math.max(1, Math.min(scene.start, length - 1));
  return {
    ...{ ...scene, start },
    context: Math.min(scene.context, start),
    steps: Math.max(0, Math.min(scene.steps, length - start, 500)),
  };
}

/** What is asked of the process that dreams. */
export function dreamRequest(scene: Scene, { agents }: TheatreChoices): DreamRequest {
  const { dataset, episode, start, context, steps } = scene;
  return {
    expert: { dataset, episode },
    dreams: scene.dreamers.map(({ agent, seed }) => {
      const own = agents.find(({ runId }) => runId === agent)?.worldModel;
      return { agent, seed, worldModel: own ?? scene.worldModel, start, context, steps };
    }),
  };
}

/** e.g. `expert~0,20261122-131405-agent-ab12~3` */
export const formatDreamers = (dreamers: readonly Dreamer[]): string =>
  dreamers.map(({ agent, seed }) => `${agent ?? expertName}~${seed}`).join(',');

function parseDreamers(text: string | undefined): Dreamer[] | undefined {
  if (text === undefined) return undefined;
  const named = text.split(',').filter((part) => part !== '');
  return named.slice(0, maximumDreams).map((part) => {
    const [name = '', seed] = part.split('~');
    return { agent: name === expertName ? null : name, seed: wholeNumber(seed, 0, 0) };
  });
}

function wholeNumber(text: string | undefined, otherwise: number, least: number): number {
  const value = text === undefined || text === '' ? otherwise : Number(text);
  return Number.isInteger(value) && value >= least && value < 2 ** 31 ? value : otherwise;
}
