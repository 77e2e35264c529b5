import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

/** How messages travel over a WebSocket: MessagePack, with the typed arrays that structured clone has. */

const arrayTypes = [Float32Array, Int32Array, Float64Array, Int8Array] as const;

const codec = new ExtensionCodec();
arrayTypes.forEach((Type, type) => {
  codec.register({
    type,
    encode: (value: unknown) =>
      value instanceof Type ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
    // A copy: the bytes in the message need not be aligned. (Node's Buffer has a `slice` that makes none.)
    decode: (bytes) => new Type(new Uint8Array(bytes).buffer),
  });
});

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec: codec, ignoreUndefined: true });
}

/** Undefined where the bytes are no message. */
export function decodeMessage(bytes: Uint8Array | ArrayBuffer): unknown {
  try {
    return decode(bytes, { extensionCodec: codec });
  } catch {
    return undefined;
  }
}
