#ifndef DITTO_VECTORS_H
#define DITTO_VECTORS_H

#include <string.h>
#include "operators.h"

typedef float Vector __attribute__((vector_size(4 * LANES)));
/* The same where it need not lie at a multiple of its size. */
typedef Vector Unaligned __attribute__((aligned(4)));

static inline Vector load(const float *from) { return *(const Unaligned *)from; }
static inline void store(float *to, Vector vector) { *(Unaligned *)to = vector; }

#endif
