import { createHash } from 'node:crypto';
import { agentConfigurations, policySight, type AgentMethod } from '../../../shared/configuration/agent';
import {
  cellTitle,
  type Experiment,
  type ExperimentCell,
  type ExperimentReward,
} from '../../../shared/experiment';
import type { AgentRequest } from '../create-agent-run';
import type { EvaluationRequest } from '../create-evaluation';
import type { RecordingRequest } from '../create-recording';
import type { WorldModelRequest } from '../create-world-model-run';

/** What one run is to do; runs that it is made from are named by the keys of the steps that make them. */
export type StepRequest =
  | { kind: 'record'; recording: RecordingRequest; episodesBefore: number }
  | { kind: 'world-model'; training: WorldModelRequest }
  | { kind: 'agent'; training: AgentRequest }
  | { kind: 'evaluation'; evaluation: EvaluationRequest };

export interface ExperimentStep {
  /** A hash of all that it is made from: the same in every experiment that needs the same run. */
  readonly key: string;
  readonly title: string;
  readonly request: StepRequest;
  /** Keys of steps that have to be done before. */
  readonly needs: readonly string[];
}

/** An agent of the grid, and the steps that make and evaluate it. */
export interface PlannedCell extends ExperimentCell {
  readonly agent: string;
  readonly evaluation: string;
  /** Distances are comparable between agents that were measured with the same one. */
  readonly worldModel: string;
}

export interface ExperimentPlan {
  /** In an order in which each could be done after those before it. */
  readonly steps: readonly ExperimentStep[];
  readonly cells: readonly PlannedCell[];
  /** Evaluations of the expert and of random actions, by environment. */
  readonly references: ReadonlyMap<string, string>;
}

type Environment = Experiment['environments'][number];
interface Recorded {
  dataset: string;
  needs: string[];
}

/** Seeds of recordings: apart from each other's, and far from those of evaluations. */
const firstSeeds = { expert: 10_000_000, heldOut: 20_000_000, worldModel: 30_000_000 };
const seedsOfARecording = 100_000;

/** All runs of an experiment, each once: what several agents share is one step. */
export function planExperiment(experiment: Experiment): ExperimentPlan {
  return new Planner(experiment).plan();
}

class Planner {
  readonly #experiment: Experiment;
  readonly #steps = new Map<string, ExperimentStep>();
  readonly #cells: PlannedCell[] = [];
  readonly #references = new Map<string, string>();

  constructor(experiment: Experiment) {
    this.#experiment = experiment;
  }

  plan(): ExperimentPlan {
    const { environments, seeds, evaluation } = this.#experiment;
    for (const environment of environments) {
      const { id, expert } = environment;
      const experts = this.#record(id, 'expert', firstSeeds.expert, [{ ...expert, noisePercent: 0 }]);
      const heldOut = this.#record(id, 'held-out', firstSeeds.heldOut, [
        { policy: expert.policy, noisePercent: 0, episodes: evaluation.heldOutEpisodes },
      ]);
      this.#references.set(id, this.#evaluateReferences(environment));
      for (const seed of seeds) this.#planSeed(environment, seed, experts, heldOut);
    }
    return { steps: [...this.#steps.values()], cells: this.#cells, references: this.#references };
  }

  #planSeed(environment: Environment, seed: number, experts: Recorded, heldOut: Recorded): void {
    for (const [name, recordings] of Object.entries(environment.worldModelData)) {
      const { id } = environment;
      const data = this.#record(id, name, firstSeeds.worldModel, recordings);
      const worldModel = this.#trainWorldModel(id, name, seed, data);
      for (const cell of this.#grid(id, name, seed)) {
        const agent = this.#trainAgent(cell, experts, worldModel);
        // What does not depend on the world model's data is there already.
        if (this.#cells.some((known) => known.agent === agent)) continue;
        const evaluation = this.#evaluate(cell, agent, heldOut, worldModel);
        this.#cells.push({ ...cell, agent, evaluation, worldModel });
      }
    }
  }

  *#grid(environment: string, worldModelData: string, seed: number): Generator<ExperimentCell> {
    const { methods, expertEpisodes, horizons, rewards } = this.#experiment;
    for (const method of methods) {
      const has = (field: string): boolean => field in agentConfigurations[method].shape;
      for (const episodes of expertEpisodes) {
        for (const horizon of has('horizon') ? (horizons ?? [null]) : [null]) {
          for (const reward of has('rewardMeasure') ? (rewards ?? [null]) : [null]) {
            yield { environment, worldModelData, method, expertEpisodes: episodes, horizon, reward, seed };
          }
        }
      }
    }
  }

  #record(
    environment: string,
    name: string,
    firstSeed: number,
    recordings: Environment['worldModelData'][string],
  ): Recorded {
    const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const dataset = `${environment}-${slug}-${hash({ environment, firstSeed, recordings }).slice(0, 8)}`;
    const needs: string[] = [];
    let episodesBefore = 0;
    for (const [index, { policy, episodes, noisePercent }] of recordings.entries()) {
      const seed = firstSeed + index * seedsOfARecording;
      const recording = {
        ...{ environment, policy, dataset, name: `${environment}: ${name}` },
        settings: { episodes, noisePercent, seed },
      };
      const title = `Record ${policy} in ${environment} (${name})`;
      needs.push(this.#add(title, { kind: 'record', recording, episodesBefore }, needs));
      episodesBefore += episodes;
    }
    return { dataset, needs };
  }

  #trainWorldModel(environment: string, name: string, seed: number, { dataset, needs }: Recorded): string {
    const { preset, engine, settings } = this.#experiment;
    const training = {
      ...{ dataset, preset, engine },
      settings: { ...settings.training, ...settings['world-model'], seed },
    };
    return this.#add(
      `World model of ${environment} from ${name}, seed ${seed}`,
      { kind: 'world-model', training },
      needs,
    );
  }

  #trainAgent(cell: ExperimentCell, experts: Recorded, worldModel: string): string {
    const { preset, engine } = this.#experiment;
    const { method } = cell;
    const training = {
      ...{ method, dataset: experts.dataset, preset, engine },
      settings: agentSettings(this.#experiment, cell),
      ...(seesLatents(method) && { worldModel }),
    };
    const needs = [...experts.needs, ...(seesLatents(method) ? [worldModel] : [])];
    return this.#add(cellTitle(cell), { kind: 'agent', training }, needs);
  }

  #evaluate(cell: ExperimentCell, agent: string, heldOut: Recorded, worldModel: string): string {
    const { engine } = this.#experiment;
    const evaluation = {
      ...{ environment: cell.environment, policies: [], agents: [agent], dataset: heldOut.dataset },
      ...{ worldModel, settings: this.#evaluationSettings(), engine },
    };
    return this.#add(`Evaluation of ${cellTitle(cell)}`, { kind: 'evaluation', evaluation }, [
      ...heldOut.needs,
      worldModel,
      agent,
    ]);
  }

  /** The expert and random actions, over as many simulations as an agent. */
  #evaluateReferences({ id, expert }: Environment): string {
    const { episodes, gradientSteps } = this.#experiment.evaluation;
    const evaluation = {
      ...{ environment: id, policies: [...new Set([expert.policy, 'random'])], agents: [] },
      ...{ settings: { episodes: episodes * gradientSteps }, engine: this.#experiment.engine },
    };
    return this.#add(`Expert and random actions in ${id}`, { kind: 'evaluation', evaluation }, []);
  }

  #evaluationSettings() {
    const { evaluation, settings } = this.#experiment;
    const { threads } = settings.training;
    const { episodes, gradientSteps } = evaluation;
    return { episodes, gradientSteps, ...(threads !== undefined && { threads }) };
  }

  #add(title: string, request: StepRequest, needs: readonly string[]): string {
    const key = hash({ request, needs });
    if (!this.#steps.has(key)) this.#steps.set(key, { key, title, request, needs: [...needs] });
    return key;
  }
}

const seesLatents = (method: AgentMethod): boolean => policySight[method] === 'latent';

/** What an agent's settings are beside its preset's. */
export function agentSettings(
  { settings }: Experiment,
  { method, expertEpisodes, horizon, reward, seed }: Omit<ExperimentCell, 'environment' | 'worldModelData'>,
) {
  return {
    ...settings.training,
    ...settings[method],
    expertEpisodes,
    ...(horizon !== null && { horizon }),
    ...(reward satisfies ExperimentReward | null),
    seed,
  };
}

function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
}
