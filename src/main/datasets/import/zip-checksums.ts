const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MAXIMUM_COMMENT_BYTES = 2 ** 16;

/**
 * CRC-32 of every entry, from a ZIP archive's central directory (PKWARE APPNOTE, sections 4.3.12 and 4.3.16): fflate
 * inflates without comparing them, so that a damaged file could pass for a sound one. Throws Error for what is no archive.
 */
export function zipChecksums(file: Uint8Array): Map<string, number> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let end = file.length - END_BYTES;
  const last = Math.max(0, end - MAXIMUM_COMMENT_BYTES);
  while (end >= last && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < last) throw new Error('it is no ZIP archive, or its end is missing');
  const entries = view.getUint16(end + 10, true);
  const checksums = new Map<string, number>();
  let offset = view.getUint32(end + 16, true);
  for (let entry = 0; entry < entries; entry++) {
    if (offset + ENTRY_BYTES > file.length || view.getUint32(offset, true) !== DIRECTORY_ENTRY) {
      throw new Error('its table of contents is damaged');
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((at) => view.getUint16(offset + at, true));
    const nameStart = offset + ENTRY_BYTES;
    const name = new TextDecoder().decode(file.subarray(nameStart, nameStart + nameBytes!));
    checksums.set(name, view.getUint32(offset + 16, true));
    offset = nameStart + nameBytes! + extraBytes! + commentBytes!;
  }
  return checksums;
}
