import { studio } from '../connection/connection.svelte';
import { Resource } from '../connection/resource.svelte';

/** What a world model's run paints, as it goes on. To be made while a component is set up. */
export const reconstructionFilm = (runId: () => string) =>
  new Resource(() => studio().runs.reconstruction({ runId: runId() }), {
    refreshOn: (event) =>
      event.type === 'artifact' && event.runId === runId() && event.kind === 'reconstruction',
  });
