/*
 * Samples of categorical distributions, one in each row.
 *
 * Inputs: probabilities [..., classes] and a uniform number for each row. Output: one-hot samples of the same shape, of the first
 *   class up to which the probabilities' sum exceeds the number, or of the last.
 * Attribute: `shape`.
 */
#include "rows.h"

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
  const Rows *rows = argument;
  Computation computation = {.rows = rows};
  TRY(input_data(rows->api, context, 0, &computation.probabilities));
  TRY(input_data(rows->api, context, 1, &computation.uniform));
  TRY(row_output(rows, context, 0, &computation.output));
  return for_rows(rows, context, draw, &computation);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "SampleOneHot";
}

const Operator SAMPLE_ONE_HOT = {VARIADIC_OPERATOR, .name = name, .create = create_rows, .compute = compute, .destroy = free};
