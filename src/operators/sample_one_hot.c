/*
 * Samples of categorical distributions, one in each row.
 *
 * Inputs: probabilities [..., classes] and a uniform number for each row. Output: one-hot samples of the same shape, of the first
 *   class up to which the probabilities' sum exceeds the number, or of the last.
 * Attribute: `shape`.
 */
#include "rows.h"

typedef struct {
  const Api *api;
  Rows rows;
} Sample;

typedef struct {
  const Rows *rows;
  const float *probabilities, *uniform;
  float *output;
} Computation;

static void draw(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = computation->rows;
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *probabilities = computation->probabilities + row * rows->columns, uniform = computation->uniform[row];
    float *to = computation->output + row * rows->columns, sum = 0.0f;
    int drawn = 0;
    /* To the end, as it cannot be foretold where another loop would stop. */
    for (int64_t class = 0; class < rows->columns - 1; class++) {
      sum += probabilities[class];
      drawn += sum <= uniform;
    }
    IN_ANY_ORDER for (int class = 0; class < rows->columns; class++) to[class] = class == drawn ? 1.0f : 0.0f;
  }
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Sample *kernel = argument;
  const Rows *rows = &kernel->rows;
  Computation computation = {.rows = rows};
  TRY(input_data(kernel->api, context, 0, &computation.probabilities));
  TRY(input_data(kernel->api, context, 1, &computation.uniform));
  TRY(output_data(kernel->api, context, 0, rows->shape, rows->rank, &computation.output));
  return for_rows(kernel->api, context, rows, draw, &computation);
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Sample *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  return rows_of(api, info, &kernel->rows);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "SampleOneHot";
}

const Operator SAMPLE_ONE_HOT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
