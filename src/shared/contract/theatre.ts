import { z } from 'zod';
import type { AgentMethod } from '../configuration/agent';
import { dreamerContract } from './dreamer';
import { call } from './procedure';

/** A world model that can be dreamt in. */
export interface DreamWorld {
  readonly runId: string;
  readonly name: string;
  readonly environment: string;
}

/** An agent that can dream. */
export interface DreamAgent extends DreamWorld {
  readonly method: AgentMethod;
  /** The world model that it sees through; null for one that sees pixels, and is shown any world model's. */
  readonly worldModel: string | null;
}

/** Who can dream, and beside which episodes; newest first. */
export interface TheatreChoices {
  readonly datasets: readonly {
    id: string;
    name: string;
    environment: string;
    /** Episodes that agents were trained to imitate come from it. */
    isExpert: boolean;
  }[];
  readonly worldModels: readonly DreamWorld[];
  readonly agents: readonly DreamAgent[];
}

export const theatreContract = {
  choices: call(z.strictObject({})).returns<TheatreChoices>(),
  ...dreamerContract.dreamer,
};
