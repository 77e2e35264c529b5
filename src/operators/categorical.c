/*
 * Categorical distributions, one in each row: their probabilities, and a sample.
 *
 * Softmax: logits [..., classes] to probabilities of the same shape. ONNX Runtime has it too; but it takes half a millisecond for
 *   each such node when a session is made.
 * SampleOneHot: probabilities [..., classes] and a uniform number for each row to one-hot samples of the same shape: the first
 *   class up to which the probabilities' sum exceeds the number, or the last.
 * Attribute: `shape`.
 */
#include "exponential.h"
#include "rows.h"

typedef struct {
  const Api *api;
  Rows rows;
} Categorical;

typedef struct {
  const Rows *rows;
  const float *input, *uniform;
  float *output;
} Computation;

static float largest_of_row(const float *row, int64_t columns) {
  float largest = row[0];
  int64_t at = 0;
  if (columns >= LANES) {
    Vector all = load(row);
    for (at = LANES; at + LANES <= columns; at += LANES) all = larger(load(row + at), all);
    largest = largest_of(all);
  }
  for (; at < columns; at++) largest = row[at] > largest ? row[at] : largest;
  return largest;
}

static void normalize(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = computation->rows;
  const int64_t columns = rows->columns;
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *logits = computation->input + row * columns;
    float *to = computation->output + row * columns;
    const float largest = largest_of_row(logits, columns);
    int64_t at = 0;
    for (; at + LANES <= columns; at += LANES)
      IN_ANY_ORDER for (int lane = 0; lane < LANES; lane++) to[at + lane] = exponential(logits[at + lane] - largest);
    for (; at < columns; at++) to[at] = exponential(logits[at] - largest);
    const float factor = 1.0f / sum_of_row(to, columns);
    for (at = 0; at + LANES <= columns; at += LANES) store(to + at, load(to + at) * factor);
    for (; at < columns; at++) to[at] *= factor;
  }
}

static void sample(void *argument, size_t piece) {
  const Computation *computation = argument;
  const Rows *rows = computation->rows;
  for (int64_t row = first_row(rows, piece); row < end_row(rows, piece); row++) {
    const float *probabilities = computation->input + row * rows->columns, uniform = computation->uniform[row];
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

static Status *compute(const Categorical *kernel, Context *context, void (*work)(void *, size_t), Computation *computation) {
  const Rows *rows = &kernel->rows;
  computation->rows = rows;
  TRY(input_data(kernel->api, context, 0, &computation->input));
  TRY(output_data(kernel->api, context, 0, rows->shape, rows->rank, &computation->output));
  return for_rows(kernel->api, context, rows, work, computation);
}

static Status *ORT_CALL compute_softmax(void *argument, Context *context) {
  Computation computation = {0};
  return compute(argument, context, normalize, &computation);
}

static Status *ORT_CALL compute_sample(void *argument, Context *context) {
  Computation computation = {0};
  TRY(input_data(((const Categorical *)argument)->api, context, 1, &computation.uniform));
  return compute(argument, context, sample, &computation);
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Categorical *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  return rows_of(api, info, &kernel->rows);
}

static const char *ORT_CALL softmax_name(const Operator *operator) {
  (void)operator;
  return "Softmax";
}

static const char *ORT_CALL sample_name(const Operator *operator) {
  (void)operator;
  return "SampleOneHot";
}

const Operator SOFTMAX = {VARIADIC_OPERATOR, .name = softmax_name, .create = create, .compute = compute_softmax, .destroy = free};
const Operator SAMPLE_ONE_HOT = {
    VARIADIC_OPERATOR, .name = sample_name, .create = create, .compute = compute_sample, .destroy = free};
