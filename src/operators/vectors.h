#ifndef DITTO_VECTORS_H
#define DITTO_VECTORS_H

#include <string.h>
#include "operators.h"

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef int32_t Bits __attribute__((vector_size(4 * LANES)));
/* The same where it need not lie at a multiple of its size. */
typedef Vector Unaligned __attribute__((aligned(4)));

static inline Vector load(const float *from) { return *(const Unaligned *)from; }
static inline Vector larger(Vector a, Vector b) {
  const Bits is_larger = a > b;
  return (Vector)(((Bits)a & is_larger) | ((Bits)b & ~is_larger));
}
static inline void store(float *to, Vector vector) { *(Unaligned *)to = vector; }

typedef float Quarter __attribute__((vector_size(16)));
typedef union {
  Vector vector;
  Quarter quarters[LANES / 4];
} Quartered;

static inline float sum_of(Vector vector) {
  const Quartered all = {vector};
  Quarter sums = all.quarters[0];
  UNROLLED for (int at = 1; at < LANES / 4; at++) sums += all.quarters[at];
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

static inline float largest_of(Vector vector) {
  const Quartered all = {vector};
  float largest[4];
  for (int lane = 0; lane < 4; lane++) {
    largest[lane] = all.quarters[0][lane];
    UNROLLED for (int at = 1; at < LANES / 4; at++) {
      const float other = all.quarters[at][lane];
      largest[lane] = other > largest[lane] ? other : largest[lane];
    }
  }
  const float left = largest[0] > largest[2] ? largest[0] : largest[2];
  const float right = largest[1] > largest[3] ? largest[1] : largest[3];
  return left > right ? left : right;
}

#endif
