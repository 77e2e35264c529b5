/*
 * Sums over axes, or sums of products, times a factor.
 *
 * Inputs: seen as [outer, groups, rows, columns], one or two, whose products are summed. Output: [groups, columns], summed over
 *   outer and rows.
 * Attributes: `sizes` are those four; `offsets` the elements of the inputs with which all that begins; `shape` is the output's;
 *   `factor` is one number.
 */
#include <string.h>
#include "operators.h"

enum { MOST_AXES = 8, WIDTH = 4 * LANES, PIECE = 32 * 1024, MOST_PARTS = 64 };

typedef struct {
  const Api *api;
  /* In the order of `sizes`. */
  int64_t outer, groups, rows, columns;
  int64_t shape[MOST_AXES];
  size_t rank;
  int64_t offsets[2];
  size_t inputs;
  float factor;
  /* What is summed by itself, so that the sums are the same however many threads there are: of `outer`, or else of `rows`. */
  int64_t parts;
} Sum;

typedef struct {
  const Sum *kernel;
  const float *inputs[2];
  float *sums;
} Computation;

/* Adds the rows of a matrix, or of the products of two, to `to`. */
#define ADD_ROWS(name, TERM)                                                                               \
  static void name(const float *x, const float *y, int64_t rows, int64_t columns, float *to) {             \
    (void)y;                                                                                               \
    int64_t row = 0, first = 0;                                                                            \
    for (; row + 4 <= rows; row += 4, first += 4 * columns)                                                \
      IN_ANY_ORDER for (int64_t column = 0; column < columns; column++) {                                  \
        const int64_t a = first + column, b = a + columns, c = b + columns, d = c + columns;               \
        to[column] += (TERM(a) + TERM(b)) + (TERM(c) + TERM(d));                                           \
      }                                                                                                    \
    for (; row < rows; row++, first += columns)                                                            \
      IN_ANY_ORDER for (int64_t column = 0; column < columns; column++) to[column] += TERM(first + column); \
  }
#define ITSELF(at) x[at]
#define PRODUCT(at) (x[at] * y[at])
ADD_ROWS(add_rows, ITSELF)
ADD_ROWS(add_products, PRODUCT)

/* The same from an element on; short rows are taken several at a time, as one that is twice, four times, … as long. */
static void add_matrix(const Computation *computation, int64_t from, int64_t rows, float *to) {
  const Sum *kernel = computation->kernel;
  void (*add)(const float *, const float *, int64_t, int64_t, float *) = kernel->inputs == 2 ? add_products : add_rows;
  const float *x = computation->inputs[0] + from, *y = kernel->inputs == 2 ? computation->inputs[1] + from : NULL;
  int64_t columns = kernel->columns, together = 1, taken = 0;
  while (columns * together < WIDTH && rows >= 2 * together) together *= 2;
  if (together > 1) {
    float wide[2 * WIDTH];
    const int64_t whole = rows / together;
    memset(wide, 0, 4 * together * columns);
    add(x, y, whole, together * columns, wide);
    for (int64_t half = together / 2; half > 0; half /= 2)
      IN_ANY_ORDER for (int64_t at = 0; at < half * columns; at++) wide[at] += wide[at + half * columns];
    for (int64_t at = 0; at < columns; at++) to[at] += wide[at];
    taken = whole * together * columns;
    rows -= whole * together;
  }
  add(x + taken, y ? y + taken : NULL, rows, columns, to);
}

static void multiply(float *sums, int64_t count, float factor) {
  for (int64_t at = 0; at < count; at++) sums[at] *= factor;
}

/* One part of what is summed, or one group. */
static void compute_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Sum *kernel = computation->kernel;
  const int64_t matrix = kernel->rows * kernel->columns, all = kernel->groups * kernel->columns;
  if (kernel->parts == 1) {
    float *to = computation->sums + task * kernel->columns;
    memset(to, 0, 4 * kernel->columns);
    for (int64_t outer = 0; outer < kernel->outer; outer++)
      add_matrix(computation, (outer * kernel->groups + task) * matrix, kernel->rows, to);
    multiply(to, kernel->columns, kernel->factor);
    return;
  }
  float *to = computation->sums + task * all;
  memset(to, 0, 4 * all);
  const int64_t count = kernel->outer > 1 ? kernel->outer : kernel->rows;
  const int64_t begin = count * task / kernel->parts, end = count * (task + 1) / kernel->parts;
  if (kernel->outer == 1) {
    add_matrix(computation, begin * kernel->columns, end - begin, to);
    return;
  }
  for (int64_t outer = begin; outer < end; outer++)
    for (int64_t group = 0; group < kernel->groups; group++)
      add_matrix(computation, (outer * kernel->groups + group) * matrix, kernel->rows, to + group * kernel->columns);
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Sum *kernel = argument;
  const Api *api = kernel->api;
  Computation computation = {.kernel = kernel};
  float *output;
  for (size_t index = 0; index < kernel->inputs; index++) {
    TRY(input_data(api, context, index, &computation.inputs[index]));
    computation.inputs[index] += kernel->offsets[index];
  }
  TRY(output_data(api, context, 0, kernel->shape, kernel->rank, &output));
  const int64_t all = kernel->groups * kernel->columns;
  computation.sums = output;
  if (kernel->parts == 1) {
    const int64_t elements = kernel->outer * kernel->rows * all;
    if (elements > PIECE && kernel->groups > 1) return in_parallel(api, context, compute_task, kernel->groups, &computation);
    for (int64_t group = 0; group < kernel->groups; group++) compute_task(&computation, group);
    return NULL;
  }
  computation.sums = malloc(4 * all * kernel->parts);
  if (!computation.sums) return make_status(api, FAILED, "Failed to allocate memory for a sum.");
  Status *status = in_parallel(api, context, compute_task, kernel->parts, &computation);
  memset(output, 0, 4 * all);
  add_rows(computation.sums, NULL, kernel->parts, all, output);
  multiply(output, all, kernel->factor);
  free(computation.sums);
  return status;
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Sum *kernel = calloc(1, sizeof *kernel);
  int64_t *numbers;
  *made = kernel;
  kernel->api = api;
  TRY(read_integers(api, info, "sizes", &kernel->outer, 4));
  TRY(integers_of_attribute(api, info, "offsets", &numbers, &kernel->inputs));
  if (kernel->inputs > 2) return make_status(api, FAILED, "A sum has too many inputs.");
  for (size_t index = 0; index < kernel->inputs; index++) kernel->offsets[index] = numbers[index];
  free(numbers);
  TRY(read_floats(api, info, "factor", &kernel->factor, 1));
  TRY(integers_of_attribute(api, info, "shape", &numbers, &kernel->rank));
  if (kernel->rank > MOST_AXES) return make_status(api, FAILED, "A sum has too many axes.");
  for (size_t axis = 0; axis < kernel->rank; axis++) kernel->shape[axis] = numbers[axis];
  free(numbers);
  const int64_t all = kernel->groups * kernel->columns, elements = kernel->outer * kernel->rows * all;
  const int64_t divisible = kernel->outer > 1 ? kernel->outer : kernel->groups == 1 ? kernel->rows : 1;
  int64_t parts = elements / PIECE;
  /* The parts' own sums are to be few beside what is summed. */
  if (parts > MOST_PARTS) parts = MOST_PARTS;
  if (parts * all > elements / 8) parts = elements / 8 / all;
  if (parts > divisible) parts = divisible;
  kernel->parts = parts < 1 ? 1 : parts;
  return NULL;
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "Sum";
}

const Operator SUM = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
