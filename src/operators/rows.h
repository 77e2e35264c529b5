#ifndef DITTO_ROWS_H
#define DITTO_ROWS_H

#include "vectors.h"

/* What operators that take each row of a matrix by itself have in common. */

enum { MOST_ROW_AXES = 8, ROWS_WORK = 16 * 1024 };

typedef struct {
  const Api *api;
  /* The values' shape: a matrix of all but the last axis and the last one. */
  int64_t shape[MOST_ROW_AXES];
  size_t rank;
  int64_t rows, columns;
  /* Rows that a thread takes at a time. */
  int64_t together;
} Rows;

/* Makes all that such an operator has to know, from its attribute `shape`. */
static inline Status *ORT_CALL create_rows(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Rows *rows = calloc(1, sizeof *rows);
  int64_t *shape;
  *made = rows;
  rows->api = api;
  TRY(integers_of_attribute(api, info, "shape", &shape, &rows->rank));
  if (rows->rank == 0 || rows->rank > MOST_ROW_AXES) return make_status(api, FAILED, "Rows have too few or too many axes.");
  rows->rows = 1;
  for (size_t axis = 0; axis < rows->rank; axis++) {
    rows->shape[axis] = shape[axis];
    if (axis + 1 < rows->rank) rows->rows *= shape[axis];
  }
  rows->columns = shape[rows->rank - 1];
  rows->together = 1 + ROWS_WORK / (rows->columns + 1);
  free(shape);
  return NULL;
}

static inline Status *row_output(const Rows *rows, Context *context, size_t index, float **data) {
  return output_data(rows->api, context, index, rows->shape, rows->rank, data);
}

/* Calls work(argument, piece) for every piece, which are the rows from piece * together on. */
static inline Status *for_rows(const Rows *rows, Context *context, void (*work)(void *, size_t), void *argument) {
  const size_t pieces = pieces_of(rows->rows, rows->together);
  if (pieces > 1) return in_parallel(rows->api, context, work, pieces, argument);
  if (pieces == 1) work(argument, 0);
  return NULL;
}

static inline int64_t first_row(const Rows *rows, size_t piece) { return (int64_t)piece * rows->together; }
static inline int64_t end_row(const Rows *rows, size_t piece) {
  const int64_t end = first_row(rows, piece) + rows->together;
  return end < rows->rows ? end : rows->rows;
}

#endif
