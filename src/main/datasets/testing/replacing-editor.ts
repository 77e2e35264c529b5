import { dirname } from 'node:path';
import { Dataset } from '../dataset';
import { trimEpisode } from '../edits';
import { killAtRename } from './kill-at-rename';

/** Entry of the process that the kill test ends: trims an episode in place, and prints how many renames that took. */
const folder = process.argv[2]!;
const renames = killAtRename(Number(process.argv[3] ?? Infinity));

const dataset = await Dataset.open(folder);
const { id, name } = dataset.metadata;
await trimEpisode(dirname(folder), dataset, { episode: 1, from: 2, to: 9 }, { id, name, replace: true });
process.stdout.write(`${renames.count}\n`);
