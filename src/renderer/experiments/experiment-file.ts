import { StudioError } from '../../shared/errors';

const mostBytes = 1_000_000;

/** Throws StudioError for a file that cannot be an experiment; the studio looks at what it says. */
export async function readExperimentFile(file: File) {
  if (file.size > mostBytes) {
    throw new StudioError(`${file.name} is too large for an experiment: choose its JSON file.`);
  }
  try {
    return JSON.parse(await file.text()) as never;
  } catch (error) {
    throw new StudioError(`${file.name} is not a JSON file: ${(error as Error).message}`, { cause: error });
  }
}
