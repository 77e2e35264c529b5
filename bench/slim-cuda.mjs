// node bench/slim-cuda.mjs <library> <slim library> <architecture, e.g. 90>
//
// Fills with zeros what a CUDA library holds for GPUs of other architectures and for language models, so that it can be
// compressed to a few MiB. What is left is unchanged and in its place.
import { readFileSync, writeFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';

const [from, to, architecture] = process.argv.slice(2);

/** A container of machine code, `__fatBinC_Wrapper_t`'s data: magic, version, size of the header, size of what follows. */
const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba]);
const CONTAINER_HEADER = 16;
const MACHINE_CODE = 2;
const ZSTANDARD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const OF_LANGUAGE_MODELS =
  /flash|cutlass|[mM]oe|3llm|[aA]ttention|fpA_int|fmha|MatMulNBits|matmul_nbits|[dD]equant|beam|Whisper|longformer|SkipLayerNorm/;
const NAMES_LOOKED_AT = 40;

const library = readFileSync(from);
let kept = 0;
for (let start = library.indexOf(MAGIC); start >= 0; start = library.indexOf(MAGIC, start + 1)) {
  if (library.readUInt16LE(start + 4) !== 1 || library.readUInt16LE(start + 6) !== CONTAINER_HEADER) continue;
  const end = start + CONTAINER_HEADER + Number(library.readBigUInt64LE(start + 8));
  let entry = start + CONTAINER_HEADER;
  while (entry < end) {
    const kind = library.readUInt16LE(entry);
    const begin = entry + library.readUInt32LE(entry + 4);
    const content = library.subarray(begin, begin + Number(library.readBigUInt64LE(entry + 8)));
    const isOurs = kind === MACHINE_CODE && library.readUInt32LE(entry + 28) === Number(architecture);
    if (isOurs && !isOfLanguageModels(content)) kept += content.length;
    else content.fill(0);
    entry = begin + content.length;
  }
  start = end - 1;
}
writeFileSync(to, library);
console.log(`${to}: ${Math.round(kept / 2 ** 10)} KiB of machine code for architecture ${architecture}.`);

/** @param {Buffer} content of an ELF file, compressed or not */
function isOfLanguageModels(content) {
  const code = content.subarray(0, 4).equals(ZSTANDARD) ? zstdDecompressSync(content) : content;
  const names = code.toString('latin1').match(/_Z\w{10,}/g) ?? [];
  return names.slice(0, NAMES_LOOKED_AT).some((name) => OF_LANGUAGE_MODELS.test(name));
}
