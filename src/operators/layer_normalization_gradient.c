/*
 * The gradient of layer normalisation over the last axis.
 *
 * Inputs: dy and x [..., columns], the scale [columns], and mean and inverse deviation [..., 1] as they were computed with y.
 * Outputs, [..., columns]: dx, and dy times what was normalised, of which the gradient of the scale is the sum over rows.
 * Attribute: `shape` of x.
 */
#include "rows.h"

typedef struct {
  const Rows *rows;
  const float *dy, *x, *scale, *mean, *inverse;
  float *dx, *scaled;
} Computation;

static void differentiate(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = computation->rows;
  const float *scale = computation->scale;
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *dy = computation->dy + row * rows->columns, *x = computation->x + row * rows->columns;
    const float mean = computation->mean[row], inverse = computation->inverse[row];
    float *dx = computation->dx + row * rows->columns, *scaled = computation->scaled + row * rows->columns;
    Vector levels = {0}, slopes = {0};
    int64_t at = 0;
    for (; at + LANES <= rows->columns; at += LANES) {
      const Vector upstream = load(dy + at) * load(scale + at);
      levels += upstream;
      slopes += upstream * ((load(x + at) - mean) * inverse);
    }
    float level = sum_of(levels), slope = sum_of(slopes);
    for (; at < rows->columns; at++) {
      level += dy[at] * scale[at];
      slope += dy[at] * scale[at] * ((x[at] - mean) * inverse);
    }
    level /= rows->columns;
    slope /= rows->columns;
    IN_ANY_ORDER for (int64_t column = 0; column < rows->columns; column++) {
      const float normalized = (x[column] - mean) * inverse, upstream = dy[column];
      dx[column] = inverse * (upstream * scale[column] - level - normalized * slope);
      scaled[column] = upstream * normalized;
    }
  }
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Rows *rows = argument;
  Computation computation = {.rows = rows};
  const float **const inputs[] = {&computation.dy, &computation.x, &computation.scale, &computation.mean, &computation.inverse};
  for (size_t index = 0; index < 5; index++) TRY(input_data(rows->api, context, index, inputs[index]));
  TRY(row_output(rows, context, 0, &computation.dx));
  TRY(row_output(rows, context, 1, &computation.scaled));
  return for_rows(rows, context, differentiate, &computation);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "LayerNormalizationGradient";
}

const Operator LAYER_NORMALIZATION_GRADIENT = {
    VARIADIC_OPERATOR, .name = name, .create = create_rows, .compute = compute, .destroy = free};
