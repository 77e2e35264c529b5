import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import type { Studio } from '../studio';
import { compareHandlers } from './compare';
import { datasetsHandlers } from './datasets';
import { demoHandlers } from './demo';
import { environmentsHandlers } from './environments';
import { experimentsHandlers } from './experiments';
import { figuresHandlers } from './figures';
import { hardwareHandlers } from './hardware';
import { playHandlers } from './play';
import { queueHandlers } from './queue';
import { runsHandlers } from './runs';
import { studioHandlers } from './studio';
import { theatreHandlers } from './theatre';
import { trainingHandlers } from './training';

/** What the studio answers; the contract says what it is asked. */
export const createHandlers = (studio: Studio): Handlers<StudioContract> => ({
  studio: studioHandlers(studio),
  runs: runsHandlers(studio),
  queue: queueHandlers(studio),
  demo: demoHandlers(studio),
  hardware: hardwareHandlers(studio),
  datasets: datasetsHandlers(studio),
  environments: environmentsHandlers(studio),
  play: playHandlers(studio),
  theatre: theatreHandlers(studio),
  training: trainingHandlers(studio),
  compare: compareHandlers(studio),
  figures: figuresHandlers(studio),
  experiments: experimentsHandlers(studio),
});
