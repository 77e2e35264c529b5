import atari from '../../../../experiments/atari.json' with { type: 'json' };
import figure2 from '../../../../experiments/figure-2.json' with { type: 'json' };
import figure3 from '../../../../experiments/figure-3.json' with { type: 'json' };
import figure4Horizon from '../../../../experiments/figure-4-horizon.json' with { type: 'json' };
import figure4Walker from '../../../../experiments/figure-4-walker.json' with { type: 'json' };
import freewayLonger from '../../../../experiments/freeway-longer.json' with { type: 'json' };
import nano from '../../../../experiments/nano.json' with { type: 'json' };
import rewardAblation from '../../../../experiments/reward-ablation.json' with { type: 'json' };
import worldModelData from '../../../../experiments/world-model-data.json' with { type: 'json' };
import { parseExperiment, type Experiment } from '../../../shared/experiment';

/** The experiments that come with the program; whether there are their environments is found out when one is started. */
export const builtInExperiments: readonly Experiment[] = Object.entries({
  'figure-2': figure2,
  'figure-3': figure3,
  'figure-4-horizon': figure4Horizon,
  'figure-4-walker': figure4Walker,
  'freeway-longer': freewayLonger,
  'reward-ablation': rewardAblation,
  'world-model-data': worldModelData,
  atari,
  nano,
}).map(([name, content]) => parseExperiment(content, `experiments/${name}.json`));
