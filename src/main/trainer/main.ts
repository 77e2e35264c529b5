import { agentMethods, type AgentMethod } from '../../shared/configuration/agent';
import { describeError, StudioError } from '../../shared/errors';
import { EngineFailure } from '../tensor/engine-failure';
import { evaluate } from './evaluate';
import { JobContext } from './job-context';
import { exitCodes, sendToParent } from './protocol';
import { record } from './record';
import { writeError } from './run-folder';
import { trainBehaviorCloning } from './train-behavior-cloning';
import { trainDreamBehaviorCloning } from './train-d-bc';
import { trainDreamGail } from './train-d-gail';
import { trainDitto } from './train-ditto';
import { trainWorldModel } from './train-world-model';

const agentTrainers = {
  ditto: trainDitto,
  'd-gail': trainDreamGail,
  'd-bc': trainDreamBehaviorCloning,
  bc: trainBehaviorCloning,
} as const satisfies Record<AgentMethod, unknown>;

function trainAgent(context: JobContext): Promise<Record<string, unknown> | undefined> {
  const name = String(context.description.configuration['method']);
  const method = agentMethods.find((candidate) => candidate === name);
  if (method) return agentTrainers[method](context);
  throw new StudioError(
    `Run ${context.description.id} is to train method "${name}", which this version does not know: ` +
      `the methods are ${agentMethods.join(', ')}.`,
  );
}

/** Does the job of one run; `undefined` means that it stopped before the end because it was asked to. */
function work(context: JobContext): Promise<Record<string, unknown> | undefined> {
  switch (context.description.kind) {
    case 'record':
      return record(context);
    case 'world-model':
      return trainWorldModel(context);
    case 'agent':
      return trainAgent(context);
    case 'evaluation':
      return evaluate(context);
  }
}

/** The trainer process: one run folder as argument, one job, then the end. */
async function main(folder: string): Promise<number> {
  const context = new JobContext(folder);
  try {
    const summary = await work(context);
    context.close();
    if (!summary) return exitCodes.paused;
    await sendToParent({ type: 'result', summary: JSON.parse(JSON.stringify(summary)) as never });
    return exitCodes.finished;
  } catch (error) {
    // Anything that is not the user's to mend counts as a crash, which the parent sees by the exit code.
    const expected =
      error instanceof StudioError || describeError(error) !== String((error as Error).message);
    if (!expected) throw error;
    const message = describeError(error);
    await sendToParent({ type: 'failed', message });
    try {
      writeError(folder, { message });
    } catch (writing) {
      // On a full disk; the parent has been told.
      console.error(describeError(writing));
    }
    return error instanceof EngineFailure ? exitCodes.engineFailed : exitCodes.failed;
  }
}

const [, , runFolder] = process.argv;
if (runFolder === undefined) {
  console.error('The trainer needs a run folder as its argument; runs are started by the studio.');
  process.exit(exitCodes.failed);
}
process.exit(await main(runFolder));
