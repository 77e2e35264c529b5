import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Unzip, UnzipInflate, UnzipPassThrough, type UnzipFile } from 'fflate';
import { describeError, StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../../datasets/compose-dataset';
import { forgetEngine } from '../../tensor/engines';
import { requireDiskSpace } from '../disk-space';
import { cudaPackages, type LibraryPackage } from './cuda-packages';

/** What unpacked libraries take of what is downloaded, about. */
const growth = 2;

/**
 * Downloads what training through CUDA takes from PyPI, compares it with the known digests, and unpacks the libraries into
 * `folder`, which is replaced once all are there. Throws StudioError, and leaves nothing behind, where that fails or is called
 * off.
 */
export async function setUpCuda(
  folder: string,
  { onProgress, onNote, signal }: Required<WorkOptions>,
  packages: readonly LibraryPackage[] = cudaPackages,
): Promise<void> {
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0);
  await requireDiskSpace(dirname(folder), growth * total, 'CUDA’s libraries');
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  try {
    let before = 0;
    for (const wanted of packages) {
      const file = join(partial, 'package.zip');
      onNote(`Downloading ${wanted.title}`);
      await download(wanted, file, signal, (bytes) => onProgress(before + bytes, total));
      onNote(`Unpacking ${wanted.title}`);
      await unpack(file, partial, wanted, signal);
      await rm(file);
      before += wanted.bytes;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  forgetEngine('onnxruntime:cuda');
}

async function download(
  { title, url, sha256 }: LibraryPackage,
  file: string,
  signal: AbortSignal,
  onBytes: (received: number) => void,
): Promise<void> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw failure(title, url, describeError(error), error);
  });
  if (!response.ok || !response.body) throw failure(title, url, `the answer is ${response.status}`);
  const digest = createHash('sha256');
  const target = await open(file, 'w');
  try {
    let received = 0;
    for await (const chunk of response.body) {
      digest.update(chunk);
      await target.writeFile(chunk);
      onBytes((received += chunk.byteLength));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? error
      : failure(title, url, describeError(error), error);
  } finally {
    await target.close();
  }
  if (digest.digest('hex') !== sha256) throw failure(title, url, 'what came is damaged, or not what it was');
}

const failure = (title: string, url: string, reason: string, cause?: unknown): StudioError =>
  new StudioError(
    `${title} could not be downloaded (${reason}): check the connection to ${new URL(url).host}, then try again. ${url}`,
    { cause },
  );

/** Writes the wanted files of an archive into a folder, a part at a time. */
async function unpack(
  file: string,
  folder: string,
  { title, libraries }: LibraryPackage,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  const archive = new Unzip((entry) => {
    if (!libraries.test(basename(entry.name))) return;
    count++;
    write(entry, join(folder, basename(entry.name)));
  });
  archive.register(UnzipInflate);
  archive.register(UnzipPassThrough);
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18, signal }))
    archive.push(chunk as Buffer);
  archive.push(new Uint8Array(), true);
  if (count === 0)
    throw new StudioError(`${title} holds none of its libraries: report it, please. ${basename(file)}`);
}

function write(entry: UnzipFile, path: string): void {
  const target = openSync(path, 'w', 0o755);
  entry.ondata = (error, data, isLast) => {
    if (data) writeSync(target, data);
    if (error || isLast) closeSync(target);
    if (error) throw error;
  };
  entry.start();
}
