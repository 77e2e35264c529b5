#ifndef DITTO_VECTORS_H
#define DITTO_VECTORS_H

#include <string.h>
#include "operators.h"

typedef float Vector __attribute__((vector_size(4 * LANES)));
/* The same where it need not lie at a multiple of its size. */
typedef Vector Unaligned __attribute__((aligned(4)));

static inline Vector load(const float *from) { return *(const Unaligned *)from; }
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

#endif
