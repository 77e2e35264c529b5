import { crc32 } from 'node:zlib';

const signatureBytes = 8;
const headerChunkBytes = 25;

/**
 * Adds text to a PNG that image viewers and `exiftool` show, e.g. the ids of the runs that a figure was made from.
 * Keywords are Latin-1 of 1 to 79 characters, as the format wants them (PNG specification, iTXt).
 */
export function withPngText(png: Uint8Array, texts: Readonly<Record<string, string>>): Buffer {
  const afterHeader = signatureBytes + headerChunkBytes;
  const chunks = Object.entries(texts).map(([keyword, text]) => internationalText(keyword, text));
  return Buffer.concat([png.subarray(0, afterHeader), ...chunks, png.subarray(afterHeader)]);
}

/** The texts that `withPngText` put there. */
export function readPngText(png: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const texts: Record<string, string> = {};
  for (let offset = signatureBytes; offset < bytes.length;) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.toString('latin1', offset + 4, offset + 8) === 'iTXt') {
      const body = bytes.subarray(offset + 8, offset + 8 + length);
      const keywordEnd = body.indexOf(0);
      texts[body.toString('latin1', 0, keywordEnd)] = body.toString('utf8', keywordEnd + 5);
    }
    offset += length + 12;
  }
  return texts;
}

function internationalText(keyword: string, text: string): Buffer {
  // After the keyword: its end, not compressed, compression method, no language, no translated keyword.
  const body = Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.alloc(5), Buffer.from(text, 'utf8')]);
  const typed = Buffer.concat([Buffer.from('iTXt', 'latin1'), body]);
  const chunk = Buffer.alloc(4 + typed.length + 4);
  chunk.writeUInt32BE(body.length, 0);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), 4 + typed.length);
  return chunk;
}
