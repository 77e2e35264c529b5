#ifndef DITTO_EXPONENTIAL_H
#define DITTO_EXPONENTIAL_H

#include <stdint.h>

/* e^x = 2^n e^r, with the polynomial of Cephes for e^r, |r| <= ln 2 / 2; 0 where it is below the normal numbers. */
static inline float exponential(float x) {
  const float least = -86.9f, most = 89.0f, to_the_last_bit = 12582912.0f;
  const float within = x < least ? least : x > most ? most : x;
  union { float number; int32_t bits; } power = {within * 1.44269504f + to_the_last_bit};
  const float whole = power.number - to_the_last_bit;
  const float rest = (within - whole * 0.693359375f) - whole * -2.12194440e-4f;
  float sum = 1.9875691500e-4f;
  sum = sum * rest + 1.3981999507e-3f;
  sum = sum * rest + 8.3334519073e-3f;
  sum = sum * rest + 4.1665795894e-2f;
  sum = sum * rest + 1.6666665459e-1f;
  sum = sum * rest + 5.0000001201e-1f;
  sum = sum * rest * rest + rest + 1.0f;
  /* Half of 2^n, as 2^128 is no number. */
  union { int32_t bits; float number; } half = {(int32_t)((uint32_t)(power.bits - 0x4b400000 + 126) << 23)};
  const float value = sum * 2.0f * half.number;
  return x != x ? x : x < least ? 0.0f : value;
}

#endif
