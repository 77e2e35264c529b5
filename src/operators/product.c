/*
 * The product of two matrices; the first one may be mostly zero from a column on.
 *
 * Inputs: the matrices [rows, columns] and [columns, out]; a vector [out] that is added, if there is one. Output: [rows, out].
 * Attributes: `sizes` is rows, columns, the dense ones of these, out, and the element of the first input with which its matrix
 *   begins; `has_addend`; `rectifies`, whether what is below zero becomes zero.
 */
#include "sparse.h"

enum { TILE = 8, ROWS = 64 };

typedef struct {
  const Api *api;
  Sizes sizes;
  int64_t has_addend, rectifies;
} Product;

typedef struct {
  const Product *kernel;
  const float *left, *right, *addend;
  /* The dense rows of `right`, as [out / width, dense, width], where there are enough rows on the left for that. */
  float *panels;
  float *output;
  int failed;
} Computation;

/* A tile of the dense part: COUNT rows, BLOCKS vectors of the output. */
#define MULTIPLY(name, COUNT, BLOCKS)                                                                      \
  static void name(const float *left, int64_t left_pitch, const float *right, int64_t right_pitch, int64_t dense, \
                   const float *addend, float *output, int64_t pitch) {                                    \
    Vector sum[COUNT][BLOCKS];                                                                             \
    for (int row = 0; row < COUNT; row++)                                                                  \
      for (int block = 0; block < BLOCKS; block++)                                                         \
        sum[row][block] = addend ? load(&addend[block * LANES]) : (Vector){0};                             \
    for (int64_t at = 0; at < dense; at++) {                                                               \
      Vector factor[BLOCKS];                                                                               \
      for (int block = 0; block < BLOCKS; block++) factor[block] = load(&right[at * right_pitch + block * LANES]); \
      UNROLLED for (int row = 0; row < COUNT; row++)                                                       \
        for (int block = 0; block < BLOCKS; block++) sum[row][block] += left[row * left_pitch + at] * factor[block]; \
    }                                                                                                      \
    for (int row = 0; row < COUNT; row++)                                                                  \
      for (int block = 0; block < BLOCKS; block++) store(&output[row * pitch + block * LANES], sum[row][block]); \
  }
#define OF_BLOCKS(BLOCKS)                                                                                  \
  MULTIPLY(multiply_##BLOCKS##_1, 1, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_2, 2, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_3, 3, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_4, 4, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_5, 5, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_6, 6, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_7, 7, BLOCKS)                                                               \
  MULTIPLY(multiply_##BLOCKS##_8, 8, BLOCKS)
OF_BLOCKS(1)
OF_BLOCKS(2)

typedef void Multiply(const float *, int64_t, const float *, int64_t, int64_t, const float *, float *, int64_t);
static Multiply *const MULTIPLIES[2][TILE] = {
    {multiply_1_1, multiply_1_2, multiply_1_3, multiply_1_4, multiply_1_5, multiply_1_6, multiply_1_7, multiply_1_8},
    {multiply_2_1, multiply_2_2, multiply_2_3, multiply_2_4, multiply_2_5, multiply_2_6, multiply_2_7, multiply_2_8},
};

/* Adds rows of `right`, each times its value, to a row of the output. */
static void add_rows(const Entries *entries, const float *right, int64_t out, float *output) {
  enum { WIDE = 4 };
  int64_t at = 0;
  for (; at + WIDE * LANES <= out; at += WIDE * LANES) {
    Vector sum[WIDE];
    for (int block = 0; block < WIDE; block++) sum[block] = load(&output[at + block * LANES]);
    for (int64_t entry = 0; entry < entries->count; entry++) {
      const float *row = right + entries->columns[entry] * out + at;
      for (int block = 0; block < WIDE; block++) sum[block] += entries->values[entry] * load(&row[block * LANES]);
    }
    for (int block = 0; block < WIDE; block++) store(&output[at + block * LANES], sum[block]);
  }
  for (; at < out; at += LANES) {
    Vector sum = load(&output[at]);
    for (int64_t entry = 0; entry < entries->count; entry++)
      sum += entries->values[entry] * load(&right[entries->columns[entry] * out + at]);
    store(&output[at], sum);
  }
}

static void pack_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t width = 2 * LANES, begin = (int64_t)task * width;
  const int64_t count = sizes->out - begin < width ? sizes->out - begin : width;
  float *to = computation->panels + begin * sizes->dense;
  for (int64_t row = 0; row < sizes->dense; row++)
    memcpy(to + row * count, computation->right + row * sizes->out + begin, 4 * count);
}

static void add_sparse_columns(Computation *computation, int64_t first, int64_t end) {
  const Sizes *sizes = &computation->kernel->sizes;
  Entries entries;
  if (!allocate_entries(&entries, sizes->columns - sizes->dense)) {
    computation->failed = 1;
  } else {
    for (int64_t row = first; row < end; row++) {
      entries.count = 0;
      append_entries(computation->left + row * sizes->columns + sizes->dense, sizes->columns - sizes->dense, &entries);
      add_rows(&entries, computation->right + sizes->dense * sizes->out, sizes->out, computation->output + row * sizes->out);
    }
  }
  free_entries(&entries);
}

static void compute_task(void *argument, size_t task) {
  Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t first = (int64_t)task * ROWS, end = first + ROWS < sizes->rows ? first + ROWS : sizes->rows;
  for (int64_t begin = 0; begin < sizes->out; begin += 2 * LANES) {
    const int64_t count = sizes->out - begin < 2 * LANES ? LANES : 2 * LANES;
    const float *right = computation->panels ? computation->panels + begin * sizes->dense : computation->right + begin;
    const float *addend = computation->addend ? computation->addend + begin : NULL;
    for (int64_t row = first; row < end; row += TILE) {
      const int64_t rows = end - row < TILE ? end - row : TILE;
      MULTIPLIES[count / LANES - 1][rows - 1](computation->left + row * sizes->columns, sizes->columns, right,
                                              computation->panels ? count : sizes->out, sizes->dense, addend,
                                              computation->output + row * sizes->out + begin, sizes->out);
    }
  }
  if (sizes->dense < sizes->columns) add_sparse_columns(computation, first, end);
  float *output = computation->output;
  if (computation->kernel->rectifies)
    IN_ANY_ORDER for (int64_t at = first * sizes->out; at < end * sizes->out; at++) output[at] = output[at] < 0.0f ? 0.0f : output[at];
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Product *kernel = argument;
  const Api *api = kernel->api;
  const Sizes *sizes = &kernel->sizes;
  Computation computation = {.kernel = kernel};
  const float **const places[] = {&computation.left, &computation.right, &computation.addend};
  for (int index = 0; index < 2 + kernel->has_addend; index++) {
    TRY(input_data(api, context, index, places[index]));
  }
  computation.left += sizes->offset;
  const int64_t shape[] = {sizes->rows, sizes->out};
  TRY(output_data(api, context, 0, shape, 2, &computation.output));
  const size_t tasks = (sizes->rows + ROWS - 1) / ROWS;
  Status *status = NULL;
  if (tasks > 1 && sizes->dense > 0) {
    computation.panels = malloc(4 * sizes->dense * sizes->out);
    if (!computation.panels) return make_status(api, FAILED, "Failed to allocate memory for a product.");
    status = in_parallel(api, context, pack_task, (sizes->out + 2 * LANES - 1) / (2 * LANES), &computation);
  }
  if (!status && tasks == 1) compute_task(&computation, 0);
  if (!status && tasks > 1) status = in_parallel(api, context, compute_task, tasks, &computation);
  free(computation.panels);
  if (!status && computation.failed) return make_status(api, FAILED, "Failed to allocate memory for a product.");
  return status;
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Product *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  TRY(sizes_of(api, info, &kernel->sizes));
  TRY(read_integers(api, info, "has_addend", &kernel->has_addend, 1));
  return read_integers(api, info, "rectifies", &kernel->rectifies, 1);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "Product";
}

const Operator PRODUCT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
