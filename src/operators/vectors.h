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

/* One number of all of a vector's, of which half are joined with the other half until one is left. */
#define JOINED(name, JOIN)                                                                                 \
  static inline float name(Vector vector) {                                                                \
    float lanes[LANES];                                                                                    \
    store(lanes, vector);                                                                                  \
    UNROLLED for (int half = LANES / 2; half > 0; half /= 2)                                               \
      UNROLLED for (int lane = 0; lane < half; lane++) lanes[lane] = JOIN(lanes[lane], lanes[lane + half]); \
    return lanes[0];                                                                                       \
  }
#define PLUS(a, b) ((a) + (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
JOINED(sum_of, PLUS)
JOINED(largest_of, LARGER)

#endif
