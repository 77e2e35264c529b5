/*
 * The product of a transposed matrix, dense in its first columns and mostly zero in the others, with a dense one: the gradient
 * with respect to the other matrix of a sparse product.
 *
 * Inputs: the matrices [rows, columns] and [rows, out]. Output: [columns, out].
 * Attribute `sizes`: rows, columns, the dense ones of these, out, and the element of the first input with which its matrix begins.
 */
#include "sparse.h"

/* Columns of a tile, and of a task; rows that are gone through at a time. */
enum { TILE = 8, TOGETHER = 4 * TILE, ROWS = 256, WIDTH = 2 * LANES, SPARSE_WIDTH = 4 * LANES };

typedef struct {
  const Api *api;
  Sizes sizes;
} Gradient;

typedef struct {
  const Gradient *kernel;
  const float *left, *right;
  float *output;
  /* What is not zero, in lists for ROWS rows each, and where in its list that of every row ends. */
  Entries *lists;
  int64_t *ends;
  int failed;
} Computation;

/* Columns of the left matrix and of the right one in some rows, close together: lines far apart would drive each other out of the cache. */
typedef struct {
  float left[ROWS][TOGETHER], right[ROWS][WIDTH];
} Panels;

/* Adds the products of some rows to a tile of COUNT columns and BLOCKS vectors. */
#define ADD_PRODUCTS(name, COUNT, BLOCKS)                                                                  \
  static void name(const Panels *panels, int64_t rows, int64_t column, float *output, int64_t out) {       \
    Vector sum[COUNT][BLOCKS];                                                                             \
    for (int at = 0; at < COUNT; at++)                                                                     \
      for (int block = 0; block < BLOCKS; block++) sum[at][block] = load(&output[at * out + block * LANES]); \
    for (int64_t row = 0; row < rows; row++) {                                                             \
      Vector factor[BLOCKS];                                                                               \
      for (int block = 0; block < BLOCKS; block++) factor[block] = load(&panels->right[row][block * LANES]); \
      UNROLLED for (int at = 0; at < COUNT; at++)                                                          \
        for (int block = 0; block < BLOCKS; block++) sum[at][block] += panels->left[row][column + at] * factor[block]; \
    }                                                                                                      \
    for (int at = 0; at < COUNT; at++)                                                                     \
      for (int block = 0; block < BLOCKS; block++) store(&output[at * out + block * LANES], sum[at][block]); \
  }
ADD_PRODUCTS(add_tile, TILE, 2)
ADD_PRODUCTS(add_narrow_tile, TILE, 1)
ADD_PRODUCTS(add_column, 1, 2)
ADD_PRODUCTS(add_narrow_column, 1, 1)

/* Some of the dense columns. */
static void dense_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t first = (int64_t)task * TOGETHER;
  const int64_t columns = sizes->dense - first < TOGETHER ? sizes->dense - first : TOGETHER;
  Panels panels;
  memset(computation->output + first * sizes->out, 0, 4 * columns * sizes->out);
  for (int64_t start = 0; start < sizes->rows; start += ROWS) {
    const int64_t rows = sizes->rows - start < ROWS ? sizes->rows - start : ROWS;
    for (int64_t row = 0; row < rows; row++) {
      const float *left = computation->left + (start + row) * sizes->columns + first;
      if (columns == TOGETHER)
        for (int block = 0; block < TOGETHER; block += LANES) store(&panels.left[row][block], load(&left[block]));
      else
        memcpy(panels.left[row], left, 4 * columns);
    }
    for (int64_t at = 0; at < sizes->out; at += WIDTH) {
      const int64_t width = sizes->out - at < WIDTH ? LANES : WIDTH;
      for (int64_t row = 0; row < rows; row++)
        for (int64_t block = 0; block < width; block += LANES)
          store(&panels.right[row][block], load(&computation->right[(start + row) * sizes->out + at + block]));
      for (int64_t column = 0; column < columns;) {
        float *output = computation->output + (first + column) * sizes->out + at;
        const int is_tile = columns - column >= TILE;
        if (is_tile)
          (width == WIDTH ? add_tile : add_narrow_tile)(&panels, rows, column, output, sizes->out);
        else
          (width == WIDTH ? add_column : add_narrow_column)(&panels, rows, column, output, sizes->out);
        column += is_tile ? TILE : 1;
      }
    }
  }
}

/* Lists what is not zero in some rows. */
static void list_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t first = (int64_t)task * ROWS, end = first + ROWS < sizes->rows ? first + ROWS : sizes->rows;
  Entries *list = &computation->lists[task];
  int64_t count = 0;
  for (int64_t row = first; row < end; row++) {
    const float *left = computation->left + row * sizes->columns;
    int in_row = 0;
    IN_ANY_ORDER for (int64_t column = sizes->dense; column < sizes->columns; column++) in_row += left[column] != 0.0f;
    count += in_row;
  }
  if (!allocate_entries(list, count)) return;
  for (int64_t row = first; row < end; row++) {
    append_entries(computation->left + row * sizes->columns + sizes->dense, sizes->columns - sizes->dense, list);
    computation->ends[row] = list->count;
  }
}

/* Adds to sums, [columns, BLOCKS vectors], the rows of `right`, each to the rows that it has a value for. */
#define SCATTER(name, BLOCKS)                                                                              \
  static void name(const Entries *list, const int64_t *ends, int64_t rows, const float *right, int64_t out, \
                   float *sums) {                                                                          \
    const int32_t *columns = list->columns;                                                                \
    const float *values = list->values;                                                                    \
    int64_t entry = 0;                                                                                     \
    for (int64_t row = 0; row < rows; row++, right += out) {                                               \
      const int64_t end = ends[row];                                                                       \
      Vector factor[BLOCKS];                                                                               \
      for (int block = 0; block < BLOCKS; block++) factor[block] = load(&right[block * LANES]);            \
      for (; entry < end; entry++) {                                                                       \
        float *sum = sums + columns[entry] * (int64_t)(BLOCKS * LANES);                                    \
        for (int block = 0; block < BLOCKS; block++)                                                       \
          store(&sum[block * LANES], load(&sum[block * LANES]) + values[entry] * factor[block]);           \
      }                                                                                                    \
    }                                                                                                      \
  }
SCATTER(scatter, 4)
SCATTER(scatter_narrow, 1)

/* The other columns, for some columns of the output. */
static void sparse_task(void *argument, size_t task) {
  Computation *computation = argument;
  const Sizes *sizes = &computation->kernel->sizes;
  const int64_t columns = sizes->columns - sizes->dense;
  const int64_t first = (int64_t)task * SPARSE_WIDTH;
  const int64_t end = first + SPARSE_WIDTH < sizes->out ? first + SPARSE_WIDTH : sizes->out;
  float *sums = malloc(columns * SPARSE_WIDTH * sizeof *sums);
  if (!sums) {
    computation->failed = 1;
    return;
  }
  const int64_t width = end - first == SPARSE_WIDTH ? SPARSE_WIDTH : LANES;
  for (int64_t at = first; at < end; at += width) {
    memset(sums, 0, columns * width * sizeof *sums);
    for (int64_t row = 0; row < sizes->rows; row += ROWS) {
      const int64_t rows = sizes->rows - row < ROWS ? sizes->rows - row : ROWS;
      (width == LANES ? scatter_narrow : scatter)(&computation->lists[row / ROWS], &computation->ends[row], rows,
                                                  computation->right + row * sizes->out + at, sizes->out, sums);
    }
    for (int64_t column = 0; column < columns; column++)
      memcpy(computation->output + (sizes->dense + column) * sizes->out + at, sums + column * width, 4 * width);
  }
  free(sums);
}

static Status *add_sparse_columns(Computation *computation, const Api *api, Context *context) {
  const Sizes *sizes = &computation->kernel->sizes;
  const size_t lists = (sizes->rows + ROWS - 1) / ROWS;
  int is_complete = 1;
  computation->lists = calloc(lists, sizeof *computation->lists);
  computation->ends = malloc(sizes->rows * sizeof *computation->ends);
  Status *status = NULL;
  if (computation->lists && computation->ends) status = in_parallel(api, context, list_task, lists, computation);
  for (size_t at = 0; computation->lists && at < lists; at++)
    is_complete &= computation->lists[at].columns && computation->lists[at].values;
  if (!computation->lists || !computation->ends || !is_complete)
    status = status ? status : make_status(api, FAILED, "Failed to allocate memory for a gradient.");
  if (!status) status = in_parallel(api, context, sparse_task, (sizes->out + SPARSE_WIDTH - 1) / SPARSE_WIDTH, computation);
  if (!status && computation->failed) status = make_status(api, FAILED, "Failed to allocate memory for a gradient.");
  for (size_t at = 0; computation->lists && at < lists; at++) free_entries(&computation->lists[at]);
  free(computation->lists);
  free(computation->ends);
  return status;
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Gradient *kernel = argument;
  const Api *api = kernel->api;
  const Sizes *sizes = &kernel->sizes;
  Computation computation = {.kernel = kernel};
  TRY(input_data(api, context, 0, &computation.left));
  TRY(input_data(api, context, 1, &computation.right));
  computation.left += kernel->sizes.offset;
  const int64_t shape[] = {sizes->columns, sizes->out};
  TRY(output_data(api, context, 0, shape, 2, &computation.output));
  Status *status = NULL;
  if (sizes->dense > 0)
    status = in_parallel(api, context, dense_task, (sizes->dense + TOGETHER - 1) / TOGETHER, &computation);
  return status ? status : add_sparse_columns(&computation, api, context);
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Gradient *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  return sizes_of(api, info, &kernel->sizes);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "SparseGradient";
}

const Operator SPARSE_GRADIENT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
