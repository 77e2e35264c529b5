import { figureTitles, type FigureKind } from '../../shared/figures';
import { figureKinds } from './view';

const texts: Readonly<Record<FigureKind, string>> = {
  'learning-curve': 'What was measured over the steps of trainings; seeds as a mean with a band.',
  'method-comparison': 'Return of each method, between the expert and random actions.',
  'latent-distance': 'Whether being close to the expert in latents means a high return.',
  'experiment-training': 'Return, latent distance and accuracy through training: the paper’s Figure 2.',
  'experiment-returns': 'Return against the number of expert episodes or the horizon: Figures 3 and 4.',
  filmstrip: 'An expert episode above the agent’s dream of it, step by step.',
};

export const kindCards = figureKinds.map((value) => ({
  value,
  label: figureTitles[value],
  text: texts[value],
}));

interface Nothing {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly href: string;
}

const noEvaluation: Nothing = {
  title: 'No agent has been evaluated yet',
  text: 'An evaluation plays agents in the true environment, beside the expert. The demo makes one in minutes; or evaluate agents that you have trained.',
  action: 'Evaluate agents',
  href: '#/evaluate',
};

const noExperiment: Nothing = {
  title: 'No experiment has been run yet',
  text: 'An experiment trains and evaluates a whole grid of agents. The built-in ones reproduce the paper’s figures at a size for two CPU cores.',
  action: 'Open experiments',
  href: '#/experiments',
};

/** Where there is nothing to draw: why, and what one does about it. */
export const nothingYet: Readonly<Record<FigureKind, Nothing>> = {
  'learning-curve': {
    title: 'Nothing has been trained yet',
    text: 'A learning curve shows what trainings measured. The demo trains a world model and two agents in minutes; or begin with a world model of your own.',
    action: 'Train a world model',
    href: '#/train/world-model',
  },
  'method-comparison': noEvaluation,
  'latent-distance': noEvaluation,
  'experiment-training': noExperiment,
  'experiment-returns': noExperiment,
  filmstrip: {
    title: 'No agent has dreamed yet',
    text: 'An agent that learns in a world model dreams beside the expert when its training ends. The demo trains one in minutes; or train one of your own.',
    action: 'Train an agent',
    href: '#/train/agent',
  },
};
