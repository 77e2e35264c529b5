import { expect, test } from 'vitest';
import { differenceFrame } from './difference';

test('white where both are equal, blue where the expert is brighter, vermillion where the dream is', () => {
  const frame = differenceFrame(Uint8Array.of(9, 255, 0), Uint8Array.of(9, 0, 255), 1);
  expect([...frame]).toEqual([255, 255, 255, 0x00, 0x72, 0xb2, 0xd5, 0x5e, 0x00]);
});

test('channels are averaged', () => {
  const [expert, dream] = [Uint8Array.of(0, 0, 0), Uint8Array.of(255, 0, 0)];
  expect([...differenceFrame(expert, dream, 3)]).toEqual([
    ...differenceFrame(Uint8Array.of(0), Uint8Array.of(85), 1),
  ]);
});
