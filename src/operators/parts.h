#ifndef DITTO_PARTS_H
#define DITTO_PARTS_H

#include <string.h>
#include "operators.h"

/*
 * A result that is the sum of parts which are computed by themselves, so that it is the same however many threads there are. How
 * many parts there are depends on sizes alone.
 */
typedef struct {
  int64_t count, size;
  /* One after the other; in the result's own place if there is one part. */
  float *sums, *result;
} Parts;

enum { JOINED_TOGETHER = 16 * 1024 };

/* Makes room for parts of `size` numbers, to be given back by `join_parts`. */
static inline Status *allocate_parts(const Api *api, Parts *parts, int64_t count, int64_t size, float *result) {
  *parts = (Parts){count, size, count == 1 ? result : malloc(4 * count * size), result};
  return parts->sums ? NULL : make_status(api, FAILED, "Failed to allocate memory for the parts of a sum.");
}

static inline void join_piece(void *argument, size_t piece) {
  const Parts *parts = argument;
  const int64_t first = (int64_t)piece * JOINED_TOGETHER;
  const int64_t count = parts->size - first < JOINED_TOGETHER ? parts->size - first : JOINED_TOGETHER;
  float *to = parts->result + first;
  const float *from = parts->sums + first;
  memcpy(to, from, 4 * count);
  for (int64_t part = 1; part < parts->count; part++) {
    from += parts->size;
    IN_ANY_ORDER for (int64_t at = 0; at < count; at++) to[at] += from[at];
  }
}

/* Adds the parts up, unless computing them failed with a status; returns what went wrong. */
static inline Status *join_parts(const Api *api, Context *context, Parts *parts, Status *status) {
  if (parts->count == 1) return status;
  if (!status) status = in_parallel(api, context, join_piece, pieces_of(parts->size, JOINED_TOGETHER), parts);
  free(parts->sums);
  return status;
}

#endif
