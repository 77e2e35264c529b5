import { describeError } from '../../../shared/errors';
import { measureEngine } from './measure-engine';
import type { BenchmarkMessage } from './messages';

/** The measuring process: an engine's id as argument, messages to its parent, then the end. */
const [, , engine = ''] = process.argv;
// Without a parent there is nobody to tell.
process.on('disconnect', () => process.exit(1));

const tell = (message: BenchmarkMessage): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));

try {
  const benchmark = await measureEngine(
    engine,
    (phase, share) => void tell({ type: 'progress', phase, share }),
  );
  await tell({ type: 'done', benchmark });
} catch (error) {
  await tell({ type: 'failed', message: describeError(error) });
}
process.exit(0);
