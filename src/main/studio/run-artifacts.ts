import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { writeFileAtomically } from '../trainer/files';
import { runFolder } from '../trainer/home';

/** Adds a file to a run that is made from its results, e.g. a figure; returns its path. */
export function writeRunArtifact(
  registry: Registry,
  runId: string,
  kind: string,
  name: string,
  content: Uint8Array | string,
): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const path = `artifacts/${name}`;
  const file = join(runFolder(registry.home, runId), path);
  writeFileAtomically(file, [bytes]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  registry.addArtifact(runId, { kind, path, created: new Date().toISOString(), sha256 });
  return file;
}

/** The newest artifact of a kind. Throws StudioError if the run has none. */
export function readRunArtifact(
  registry: Registry,
  runId: string,
  kind: string,
): { path: string; bytes: Buffer } {
  const artifact = registry.listArtifacts(runId).findLast((candidate) => candidate.kind === kind);
  const path = artifact && join(runFolder(registry.home, runId), artifact.path);
  if (path === undefined || !existsSync(path)) {
    throw new StudioError(`Run ${runId} has no ${kind}: let it finish, or choose another run.`);
  }
  return { path, bytes: readFileSync(path) };
}
