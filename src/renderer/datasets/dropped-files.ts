/** A file that was dropped, or that lies in a folder that was. */
export interface DroppedFile {
  /** Relative to the drop, with forward slashes. */
  name: string;
  file: File;
}

/** All files of a drop, folders opened up. Must be called while the drop is handled: its items are gone afterwards. */
export function droppedFiles(transfer: DataTransfer): AsyncGenerator<DroppedFile> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  // Not all that can be dropped is a place in a file system.
  return entries.length > 0 ? walk(entries) : plain([...transfer.files]);
}

async function* plain(files: readonly File[]): AsyncGenerator<DroppedFile> {
  for (const file of files) yield { name: file.name, file };
}

async function* walk(entries: readonly FileSystemEntry[]): AsyncGenerator<DroppedFile> {
  for (const entry of entries) {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      yield { name: entry.fullPath.replace(/^\//, ''), file };
    } else {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      // A reader gives a hundred at a time, and none at the end.
      for (;;) {
        const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
          reader.readEntries(resolve, reject),
        );
        if (some.length === 0) break;
        yield* walk(some);
      }
    }
  }
}
