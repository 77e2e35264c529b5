import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { datasetIdSchema, runIdSchema } from '../../shared/runs';
import { StudioError } from '../../shared/errors';

/**
 * The folder that holds everything of a user's: `registry.sqlite`, `runs/<runId>/` and `datasets/<datasetId>/`.
 * A flag wins over DITTO_HOME, which wins over the platform's place for application data.
 */
export function studioHome(flag?: string): string {
  const chosen = flag ?? process.env['DITTO_HOME'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'DITTO Studio');
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'DITTO Studio');
    default: {
      // The XDG specification: a relative path here is invalid and must be ignored.
      const data = process.env['XDG_DATA_HOME'];
      return join(data?.startsWith('/') ? data : join(homedir(), '.local', 'share'), 'ditto-studio');
    }
  }
}

export function registryFile(home: string): string {
  return join(home, 'registry.sqlite');
}

export function runsFolder(home: string): string {
  return join(home, 'runs');
}

export function datasetsFolder(home: string): string {
  return join(home, 'datasets');
}

/** A Python of the studio's own, where a person had it set up to play Gymnasium's environments. */
export function pythonFolder(home: string): string {
  return join(home, 'python');
}

/** The libraries that training through CUDA takes, where a person had them set up. */
export function cudaFolder(home: string): string {
  return join(home, 'cuda');
}

/** Throws StudioError for an id that could not be a folder's name, so that no id leads out of the home folder. */
export function runFolder(home: string, runId: string): string {
  if (runIdSchema.safeParse(runId).success) return join(runsFolder(home), runId);
  throw new StudioError(`"${runId}" is not a run id: take one from the list of runs.`);
}

export function datasetFolder(home: string, datasetId: string): string {
  if (datasetIdSchema.safeParse(datasetId).success) return join(datasetsFolder(home), datasetId);
  throw new StudioError(`"${datasetId}" is not a dataset id: take one from the list of datasets.`);
}
