import { DatasetWriter } from '../dataset-writer';
import { killAtRename } from './kill-at-rename';
import { syntheticDescription, syntheticEpisode, syntheticLength } from './synthetic';

/**
 * Entry of the process that the kill test ends: records synthetic episodes without end and prints how many are
 * complete. With a second argument it kills itself just before the file with that number appears under its final name.
 */
const folder = process.argv[2]!;
const lastFile = Number(process.argv[3] ?? Infinity);

killAtRename(lastFile);

const writer = await DatasetWriter.create(folder, syntheticDescription(), { chunkBytes: 200 });
for (let index = 0; ; index++) {
  if (index === 2) writer.startRecording({ policy: 'weak', noise: 0.5, seed: 50 });
  await writer.append(syntheticEpisode(index, syntheticLength(index)));
  process.stdout.write(`${index + 1}\n`);
}
