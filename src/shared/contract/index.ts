import { compareContract } from './compare';
import { datasetsContract } from './datasets';
import { demoContract } from './demo';
import { environmentsContract } from './environments';
import { experimentsContract } from './experiments';
import { figuresContract } from './figures';
import { hardwareContract } from './hardware';
import { playContract } from './play';
import { queueContract } from './queue';
import { runsContract } from './runs';
import { studioGroup } from './studio';
import { theatreContract } from './theatre';
import { trainingContract } from './training';
import type { Client } from './procedure';

/** Everything that a page can ask of the studio process: the one place where it is named. */
export const studioContract = {
  studio: studioGroup,
  runs: runsContract,
  queue: queueContract,
  demo: demoContract,
  hardware: hardwareContract,
  datasets: datasetsContract,
  environments: environmentsContract,
  play: playContract,
  theatre: theatreContract,
  training: trainingContract,
  compare: compareContract,
  figures: figuresContract,
  experiments: experimentsContract,
};
export type StudioContract = typeof studioContract;
export type StudioClient = Client<StudioContract>;
