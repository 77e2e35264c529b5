import { dreamerContract } from '../../shared/contract/dreamer';
import type { Channel } from '../../shared/contract/procedure';
import { serve } from '../../shared/contract/serve';
import { selectEngine } from '../tensor/engines';
import { Dreamer } from './dreamer';

const capacityBytes = 512 * 2 ** 20;

/** The dreaming process: the studio's home as argument; it ends when the studio, its parent, does. */
async function main(home: string): Promise<void> {
  // On the CPU, so that a seed is the same dream on every day and no training loses its GPU memory to a look.
  const dreamer = new Dreamer(home, await selectEngine('onnxruntime:cpu'), capacityBytes);
  const handlers = {
    dreamer: {
      dream: dreamer.dream.bind(dreamer),
      step: dreamer.step.bind(dreamer),
    },
  };
  serve(dreamerContract, handlers, parentChannel(), {
    onDefect: (error, path) => console.error(`${path}:`, error),
  });
}

const parentChannel = (): Channel => ({
  // A send that fails means that the parent is gone, which 'disconnect' tells.
  send: (message) => void process.send?.(message, () => {}),
  onMessage: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.once('disconnect', listener),
});

process.on('disconnect', () => process.exit(0));
// Ctrl+C in a terminal reaches the whole group; the studio ends this process when it ends itself.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

const [, , home] = process.argv;
if (home === undefined) {
  console.error('The dreaming process needs the home of a studio as its argument; the studio starts it.');
  process.exit(2);
}
await main(home);
