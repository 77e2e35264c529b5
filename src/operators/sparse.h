#ifndef DITTO_SPARSE_H
#define DITTO_SPARSE_H

#ifdef __AVX2__
#include <immintrin.h>
#endif
#include "vectors.h"

/*
 * Matrices [rows, columns] whose first columns are dense and whose others hold mostly zeros, as latents do: numbers and one-hot
 * samples. The product of such others is a sum of a few rows of the other matrix.
 */
typedef struct {
  int64_t rows, columns, dense, out;
  /* Where in its input such a matrix begins. */
  int64_t offset;
} Sizes;

/* What is not zero in a row: in which columns, and what. */
typedef struct {
  int32_t *columns;
  float *values;
  int64_t count;
} Entries;

/* A bit for each of LANES numbers that is not zero. */
static inline uint32_t not_zero(const float *row) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(_mm512_loadu_ps(row), _mm512_setzero_ps(), _CMP_NEQ_UQ);
#elif defined(__AVX2__)
  return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(row), _mm256_setzero_ps(), _CMP_NEQ_UQ));
#else
  uint32_t bits = 0;
  for (int at = 0; at < LANES; at++) bits |= (uint32_t)(row[at] != 0.0f) << at;
  return bits;
#endif
}

/* Appends what is not zero in a row of that many columns. */
static inline void append_entries(const float *row, int64_t columns, Entries *entries) {
  int64_t column = 0;
  for (; column + LANES <= columns; column += LANES) {
    for (uint32_t bits = not_zero(row + column); bits; bits &= bits - 1) {
      const int at = __builtin_ctz(bits);
      entries->columns[entries->count] = (int32_t)column + at;
      entries->values[entries->count++] = row[column + at];
    }
  }
  for (; column < columns; column++) {
    if (row[column] == 0.0f) continue;
    entries->columns[entries->count] = (int32_t)column;
    entries->values[entries->count++] = row[column];
  }
}

static inline Status *sizes_of(const Api *api, const KernelInfo *info, Sizes *sizes) {
  return read_integers(api, info, "sizes", &sizes->rows, sizeof *sizes / sizeof(int64_t));
}

/* Room for that many entries. */
static inline int allocate_entries(Entries *entries, int64_t most) {
  entries->count = 0;
  entries->columns = malloc(sizeof(int32_t) * (most + 1));
  entries->values = malloc(sizeof(float) * (most + 1));
  return entries->columns && entries->values;
}

static inline void free_entries(Entries *entries) {
  free(entries->columns);
  free(entries->values);
}

#endif
