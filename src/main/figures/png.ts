import { crc32 } from 'node:zlib';

const signatureBytes = 8;
const headerChunkBytes = 25;
const metresPerInch = 0.0254;

export interface PngHeader {
  readonly dotsPerInch: number;
  /** Keywords are Latin-1 of 1 to 79 characters, as the format wants them. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Adds to a PNG its size in print (pHYs) and texts that image viewers and `exiftool` show (iTXt), e.g. the ids of the
 * runs that a figure was made from (PNG specification, third edition, 11.3).
 */
export function withPngHeader(png: Uint8Array, { dotsPerInch, texts }: PngHeader): Buffer {
  const afterHeader = signatureBytes + headerChunkBytes;
  const chunks = Object.entries(texts).map(([keyword, text]) => internationalText(keyword, text));
  return Buffer.concat([
    png.subarray(0, afterHeader),
    pixelDimensions(dotsPerInch),
    ...chunks,
    png.subarray(afterHeader),
  ]);
}

/** What `withPngHeader` put there. */
export function readPngHeader(png: Uint8Array): PngHeader {
  const texts: Record<string, string> = {};
  let dotsPerInch = NaN;
  for (const { type, body } of chunksOf(png)) {
    if (type === 'pHYs') dotsPerInch = body.readUInt32BE(0) * metresPerInch;
    if (type !== 'iTXt') continue;
    const keywordEnd = body.indexOf(0);
    texts[body.toString('latin1', 0, keywordEnd)] = body.toString('utf8', keywordEnd + 5);
  }
  return { dotsPerInch, texts };
}

function* chunksOf(png: Uint8Array): Generator<{ type: string; body: Buffer }> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  for (let offset = signatureBytes; offset < bytes.length;) {
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    yield { type, body: bytes.subarray(offset + 8, offset + 8 + length) };
    offset += length + 12;
  }
}

function pixelDimensions(dotsPerInch: number): Buffer {
  const body = Buffer.alloc(9);
  const dotsPerMetre = Math.round(dotsPerInch / metresPerInch);
  body.writeUInt32BE(dotsPerMetre, 0);
  body.writeUInt32BE(dotsPerMetre, 4);
  body[8] = 1; // the unit is the metre
  return chunk('pHYs', body);
}

function internationalText(keyword: string, text: string): Buffer {
  // After the keyword: its end, not compressed, compression method, no language, no translated keyword.
  return chunk(
    'iTXt',
    Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.alloc(5), Buffer.from(text, 'utf8')]),
  );
}

function chunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const bytes = Buffer.alloc(4 + typed.length + 4);
  bytes.writeUInt32BE(body.length, 0);
  typed.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(typed), 4 + typed.length);
  return bytes;
}
