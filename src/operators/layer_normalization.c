/*
 * Layer normalisation over the last axis, and its gradient. ONNX Runtime has the first; but it takes half a millisecond for each
 * such node when a session is made.
 *
 * LayerNormalization: x [..., columns], scale [columns], offset [columns] to the same shape, and mean and inverse deviation
 *   [..., 1]. Attributes: `shape` of x, `epsilon`.
 * LayerNormalizationGradient: dy, x, scale, mean and inverse deviation to dx, and dy times what was normalised, of which the
 *   gradient of the scale is the sum over rows. Attribute: `shape` of x.
 */
#include <math.h>
#include "rows.h"

typedef struct {
  const Api *api;
  Rows rows;
  float epsilon;
} Normalization;

typedef struct {
  const Normalization *kernel;
  const float *inputs[5];
  float *outputs[3];
} Computation;

static float variance_of(const float *x, int64_t columns, float mean) {
  Vector sums = {0};
  int64_t at = 0;
  for (; at + LANES <= columns; at += LANES) {
    const Vector centred = load(x + at) - mean;
    sums += centred * centred;
  }
  float sum = sum_of(sums);
  for (; at < columns; at++) sum += (x[at] - mean) * (x[at] - mean);
  return sum / columns;
}

static void normalize(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = &computation->kernel->rows;
  const float *scale = computation->inputs[1], *offset = computation->inputs[2];
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *x = computation->inputs[0] + row * rows->columns;
    float *y = computation->outputs[0] + row * rows->columns;
    const float mean = sum_of_row(x, rows->columns) / rows->columns;
    const float inverse = 1.0f / sqrtf(variance_of(x, rows->columns, mean) + computation->kernel->epsilon);
    IN_ANY_ORDER for (int64_t at = 0; at < rows->columns; at++) y[at] = (x[at] - mean) * inverse * scale[at] + offset[at];
    computation->outputs[1][row] = mean;
    computation->outputs[2][row] = inverse;
  }
}

static void differentiate(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = &computation->kernel->rows;
  const float *scale = computation->inputs[2];
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *dy = computation->inputs[0] + row * rows->columns, *x = computation->inputs[1] + row * rows->columns;
    const float mean = computation->inputs[3][row], inverse = computation->inputs[4][row];
    float *dx = computation->outputs[0] + row * rows->columns, *scaled = computation->outputs[1] + row * rows->columns;
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

static Status *read_inputs(const Api *api, Context *context, Computation *computation, size_t count) {
  for (size_t index = 0; index < count; index++) TRY(input_data(api, context, index, &computation->inputs[index]));
  return NULL;
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Normalization *kernel = argument;
  const Rows *rows = &kernel->rows;
  Computation computation = {.kernel = kernel};
  TRY(read_inputs(kernel->api, context, &computation, 3));
  TRY(output_data(kernel->api, context, 0, rows->shape, rows->rank, &computation.outputs[0]));
  TRY(output_per_row(kernel->api, context, 1, rows, &computation.outputs[1]));
  TRY(output_per_row(kernel->api, context, 2, rows, &computation.outputs[2]));
  return for_rows(kernel->api, context, rows, normalize, &computation);
}

static Status *ORT_CALL compute_gradient(void *argument, Context *context) {
  const Normalization *kernel = argument;
  const Rows *rows = &kernel->rows;
  Computation computation = {.kernel = kernel};
  TRY(read_inputs(kernel->api, context, &computation, 5));
  for (size_t index = 0; index < 2; index++)
    TRY(output_data(kernel->api, context, index, rows->shape, rows->rank, &computation.outputs[index]));
  return for_rows(kernel->api, context, rows, differentiate, &computation);
}

static Status *ORT_CALL create_gradient(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Normalization *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  return rows_of(api, info, &kernel->rows);
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  TRY(create_gradient(operator, api, info, made));
  return read_floats(api, info, "epsilon", &((Normalization *)*made)->epsilon, 1);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "LayerNormalization";
}

static const char *ORT_CALL name_of_gradient(const Operator *operator) {
  (void)operator;
  return "LayerNormalizationGradient";
}

const Operator LAYER_NORMALIZATION = {
    VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
const Operator LAYER_NORMALIZATION_GRADIENT = {
    VARIADIC_OPERATOR, .name = name_of_gradient, .create = create_gradient, .compute = compute_gradient, .destroy = free};
