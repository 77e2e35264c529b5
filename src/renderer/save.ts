/** Hands a file to the user: a download in a browser, a save dialog in the desktop's window. */
export function saveBytes(name: string, bytes: Uint8Array | string, type: string): void {
  const address = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
