/*
 * The product of two matrices; the first one may be mostly zero from a column on.
 *
 * Inputs: the matrices [rows, columns] and [columns, out]; a vector [out] that is added, if there is one. Output: [rows, out].
 * Attributes: `sizes` is rows, columns, the dense ones of these, out, and the element of the first input with which its matrix
 *   begins; `has_addend`; `rectifies`, whether what is below zero becomes zero.
 */
#include "sparse.h"

/* Rows of a tile and of a task; columns that are computed together; how many tasks suffice for all threads. */
enum { TILE = 8, ROWS = 64, WIDTH = 2 * LANES, TASKS = 16 };

typedef struct {
  const Api *api;
  Sizes sizes;
  int64_t has_addend, rectifies;
  /* Blocks of ROWS rows and strips of WIDTH columns; columns of a task, and how many tasks share the same rows. */
  int64_t blocks, strips, columns, groups;
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

/* Adds rows of `right`, each times its value, to some columns of a row of the output. */
static void add_rows(const Entries *entries, const float *right, int64_t out, int64_t columns, float *output) {
  enum { WIDE = 4 };
  int64_t at = 0;
  for (; at + WIDE * LANES <= columns; at += WIDE * LANES) {
    Vector sum[WIDE];
    for (int block = 0; block < WIDE; block++) sum[block] = load(&output[at + block * LANES]);
    for (int64_t entry = 0; entry < entries->count; entry++) {
      const float *row = right + entries->columns[entry] * out + at;
      for (int block = 0; block < WIDE; block++) sum[block] += entries->values[entry] * load(&row[block * LANES]);
    }
    for (int block = 0; block < WIDE; block++) store(&output[at + block * LANES], sum[block]);
  }
  for (; at < columns; at += LANES) {
    Vector sum = load(&output[at]);
    for (int64_t entry = 0; entry < entries->count; entry++)
      sum += entries->values[entry] * load(&right[entries->columns[entry] * out + at]);
    store(&output[at], sum);
  }
}

static void pack_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t begin = (int64_t)task * WIDTH;
  const int64_t count = sizes->out - begin < WIDTH ? sizes->out - begin : WIDTH;
  float *to = computation->panels + begin * sizes->dense;
  for (int64_t row = 0; row < sizes->dense; row++)
    memcpy(to + row * count, computation->right + row * sizes->out + begin, 4 * count);
}

/* Some rows and columns of the output. */
typedef struct {
  int64_t first_row, end_row, first_column, end_column;
} Range;

static void add_sparse_columns(Computation *computation, Range range) {
  const Sizes *sizes = &computation->kernel->sizes;
  const float *right = computation->right + sizes->dense * sizes->out + range.first_column;
  Entries entries;
  if (!allocate_entries(&entries, sizes->columns - sizes->dense)) {
    computation->failed = 1;
  } else {
    for (int64_t row = range.first_row; row < range.end_row; row++) {
      entries.count = 0;
      append_entries(computation->left + row * sizes->columns + sizes->dense, sizes->columns - sizes->dense, &entries);
      add_rows(&entries, right, sizes->out, range.end_column - range.first_column,
               computation->output + row * sizes->out + range.first_column);
    }
  }
  free_entries(&entries);
}

static void rectify(const Computation *computation, Range range) {
  for (int64_t row = range.first_row; row < range.end_row; row++) {
    float *output = computation->output + row * computation->kernel->sizes.out;
    IN_ANY_ORDER for (int64_t at = range.first_column; at < range.end_column; at++) output[at] = output[at] < 0.0f ? 0.0f : output[at];
  }
}

static void compute_task(void *argument, size_t task) {
  Computation *computation = argument;
  const Product *kernel = computation->kernel;
  const Sizes *sizes = &kernel->sizes;
  Range range = {.first_row = (int64_t)task / kernel->groups * ROWS, .first_column = (int64_t)task % kernel->groups * kernel->columns};
  range.end_row = sizes->rows - range.first_row < ROWS ? sizes->rows : range.first_row + ROWS;
  range.end_column = sizes->out - range.first_column < kernel->columns ? sizes->out : range.first_column + kernel->columns;
  for (int64_t begin = range.first_column; begin < range.end_column; begin += WIDTH) {
    const int64_t count = sizes->out - begin < WIDTH ? LANES : WIDTH;
    const float *right = computation->panels ? computation->panels + begin * sizes->dense : computation->right + begin;
    const float *addend = computation->addend ? computation->addend + begin : NULL;
    for (int64_t row = range.first_row; row < range.end_row; row += TILE) {
      const int64_t rows = range.end_row - row < TILE ? range.end_row - row : TILE;
      MULTIPLIES[count / LANES - 1][rows - 1](computation->left + row * sizes->columns, sizes->columns, right,
                                              computation->panels ? count : sizes->out, sizes->dense, addend,
                                              computation->output + row * sizes->out + begin, sizes->out);
    }
  }
  if (sizes->dense < sizes->columns) add_sparse_columns(computation, range);
  if (kernel->rectifies) rectify(computation, range);
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
  Status *status = NULL;
  if (kernel->blocks > 1 && sizes->dense > 0) {
    computation.panels = malloc(4 * sizes->dense * sizes->out);
    if (!computation.panels) return make_status(api, FAILED, "Failed to allocate memory for a product.");
    status = in_parallel(api, context, pack_task, kernel->strips, &computation);
  }
  if (!status) status = in_parallel(api, context, compute_task, kernel->blocks * kernel->groups, &computation);
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
  TRY(read_integers(api, info, "rectifies", &kernel->rectifies, 1));
  kernel->blocks = pieces_of(kernel->sizes.rows, ROWS);
  kernel->strips = pieces_of(kernel->sizes.out, WIDTH);
  kernel->columns = pieces_of(kernel->strips, pieces_of(TASKS, kernel->blocks)) * WIDTH;
  kernel->groups = pieces_of(kernel->sizes.out, kernel->columns);
  return NULL;
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "Product";
}

const Operator PRODUCT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
