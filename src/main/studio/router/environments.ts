import type { StudioContract } from '../../../shared/contract';
import type { SetUpProgress } from '../../../shared/contract/environments';
import type { Handlers } from '../../../shared/contract/procedure';
import { addEnvironment, removeEnvironment } from '../environments/added-environments';
import { gymnasiumStatus, setUpGymnasium } from '../environments/set-up-gymnasium';
import type { Studio } from '../studio';

export const environmentsHandlers = ({
  registry,
  hub,
}: Studio): Handlers<StudioContract>['environments'] => ({
  gymnasium: () => gymnasiumStatus(registry.home),
  setUp: (_, signal) => setUp(registry.home, signal),
  add: async (request) => {
    const specification = await addEnvironment(registry.home, request);
    hub.emit({ type: 'environments' });
    return specification;
  },
  remove: ({ id }) => {
    removeEnvironment(registry.home, id);
    hub.emit({ type: 'environments' });
  },
});

/** The lines as they come; ending the stream calls the set-up off. */
async function* setUp(home: string, outer: AbortSignal): AsyncGenerator<SetUpProgress> {
  const controller = new AbortController();
  const lines: string[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  const work = setUpGymnasium(
    home,
    (line) => {
      lines.push(line);
      wake();
    },
    AbortSignal.any([outer, controller.signal]),
  ).finally(() => {
    isOver = true;
    wake();
  });
  // Awaited below; meanwhile a failure is not an unhandled one.
  work.catch(() => undefined);
  try {
    while (!isOver || lines.length > 0) {
      const line = lines.shift();
      if (line !== undefined) yield { type: 'line', line };
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await work;
    yield { type: 'done' };
  } finally {
    controller.abort();
  }
}
