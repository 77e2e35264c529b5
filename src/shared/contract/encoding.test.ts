import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from './encoding';

test('typed arrays arrive as they were', () => {
  const message = {
    frames: Uint8Array.of(0, 255),
    distances: Float32Array.of(0.5, NaN, -Infinity),
    // Starts at an odd byte, and sees a part of its buffer only.
    actions: new Int32Array(Int32Array.of(9, 1, -2, 9).buffer, 4, 2),
    nested: [{ value: null, text: 'λ' }],
  };
  const bytes = encodeMessage(message);
  expect(decodeMessage(bytes)).toEqual(message);
  // As Node hands over what a WebSocket received.
  expect(decodeMessage(Buffer.from(bytes))).toMatchObject({
    distances: message.distances,
    actions: message.actions,
  });
});

test('fields without a value are left out, as structured clone would keep them undefined', () => {
  expect(decodeMessage(encodeMessage({ a: undefined, b: 1 }))).toEqual({ b: 1 });
});

test('what is no message is nothing', () => {
  expect(decodeMessage(Uint8Array.of(0xc1))).toBeUndefined();
  expect(decodeMessage(Uint8Array.of(0x92, 1))).toBeUndefined();
});
