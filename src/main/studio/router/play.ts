import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { StudioError } from '../../../shared/errors';
import { datasetsFolder } from '../../trainer/home';
import type { EnvironmentSource } from '../../environments/open';
import { knownSource } from '../environments/added-environments';
import { newDatasetId } from '../datasets/edit-datasets';
import { keepEpisode } from '../datasets/keep-episode';
import { PlaySession } from '../datasets/play-session';
import { previewPolicy } from '../datasets/preview-policy';
import type { Studio } from '../studio';

export const playHandlers = ({ registry, hub }: Studio): Handlers<StudioContract>['play'] => {
  const sessions = new Map<string, PlaySession>();

  const find = (id: string): PlaySession => {
    const session = sessions.get(id);
    if (session) return session;
    throw new StudioError(
      'This session has ended, perhaps because the connection was lost: start to play again.',
    );
  };

  async function* play(id: string, source: EnvironmentSource, seed: number, signal: AbortSignal) {
    const session = await PlaySession.open(source, seed);
    sessions.set(id, session);
    try {
      yield* session.frames(signal);
    } finally {
      sessions.delete(id);
    }
  }

  return {
    preview: ({ environment, ...request }, signal) =>
      previewPolicy(knownSource(registry.home, environment), request, signal),
    session: ({ session, environment, seed }, signal) =>
      play(session, knownSource(registry.home, environment), seed, signal),
    hold: ({ session, action }) => find(session).hold(action),
    start: ({ session }) => find(session).start(),
    stop: ({ session }) => find(session).stop(),
    keep: async ({ session: id, target }) => {
      const session = find(id);
      const { specification } = session.environment;
      const [datasetId, datasetName] =
        'id' in target
          ? [target.id, target.id]
          : [newDatasetId(datasetsFolder(registry.home), target.name), target.name];
      const record = await keepEpisode(registry, session.takeEpisode(), {
        ...{ environment: specification, seed: session.seed, datasetId, datasetName },
      });
      await session.advance();
      hub.emit({ type: 'datasets' });
      return record;
    },
    discard: ({ session }) => find(session).advance(),
  };
};
