/*
 * The product of a transposed matrix with another one, as the gradient of a weight is. The first one may be mostly zero from a
 * column on.
 *
 * Inputs: the matrices [rows, columns] and [rows, out]. Output: [columns, out].
 * Attribute `sizes`: rows, columns, the dense ones of these, out, and the element of the first input with which its matrix begins.
 */
#include "parts.h"
#include "sparse.h"

/*
 * Columns of a tile, of a panel and of a task; rows that are gone through at a time and that are enough for a task; how many tasks
 * suffice for all threads.
 */
enum { TILE = 8, PANEL = 2 * TILE, GROUP = 16 * PANEL, ROWS = 256, PART = 2 * ROWS, TASKS = 16, WIDTH = 2 * LANES, SPARSE_WIDTH = 4 * LANES };

typedef struct {
  const Api *api;
  Sizes sizes;
  /* The dense columns are taken in groups; rows in parts, whose products are added up in the end. */
  int64_t groups, parts;
} Product;

typedef struct {
  const Product *kernel;
  const float *left, *right;
  float *output;
  /* The dense columns' products of each part of the rows, [dense, out]. */
  Parts parts;
  /* What is not zero, in lists for ROWS rows each, and where in its list that of every row ends. */
  Entries *lists;
  int64_t *ends;
  int failed;
} Computation;

/* Some rows of a group of columns of the left matrix and of a few of the right one, close together: lines far apart would drive each other out of the cache. */
typedef struct {
  float left[GROUP / PANEL][ROWS][PANEL], right[ROWS][WIDTH];
} Panels;

/* Adds the products of some rows to a tile of COUNT columns and BLOCKS vectors. */
#define ADD_PRODUCTS(name, COUNT, BLOCKS)                                                                  \
  static void name(const float *left, const float (*right)[WIDTH], int64_t rows, float *output, int64_t out) { \
    Vector sum[COUNT][BLOCKS];                                                                             \
    for (int at = 0; at < COUNT; at++)                                                                     \
      for (int block = 0; block < BLOCKS; block++) sum[at][block] = load(&output[at * out + block * LANES]); \
    for (int64_t row = 0; row < rows; row++) {                                                             \
      Vector factor[BLOCKS];                                                                               \
      for (int block = 0; block < BLOCKS; block++) factor[block] = load(&right[row][block * LANES]);       \
      UNROLLED for (int at = 0; at < COUNT; at++)                                                          \
        for (int block = 0; block < BLOCKS; block++) sum[at][block] += left[row * PANEL + at] * factor[block]; \
    }                                                                                                      \
    for (int at = 0; at < COUNT; at++)                                                                     \
      for (int block = 0; block < BLOCKS; block++) store(&output[at * out + block * LANES], sum[at][block]); \
  }
ADD_PRODUCTS(add_tile, TILE, 2)
ADD_PRODUCTS(add_narrow_tile, TILE, 1)
ADD_PRODUCTS(add_column, 1, 2)
ADD_PRODUCTS(add_narrow_column, 1, 1)

/* Adds the products of some rows to those of `columns` columns, from `output` on. */
static void add_rows(Panels *panels, const float *left, const float *right, const Sizes *sizes, int64_t rows, int64_t columns,
                     float *output) {
  for (int64_t first = 0; first < columns; first += PANEL) {
    const int64_t count = columns - first < PANEL ? columns - first : PANEL;
    for (int64_t row = 0; row < rows; row++) {
      float *to = panels->left[first / PANEL][row];
      const float *from = left + row * sizes->columns + first;
      if (count == PANEL)
        memcpy(to, from, 4 * PANEL);
      else
        memcpy(to, from, 4 * count);
    }
  }
  for (int64_t at = 0; at < sizes->out; at += WIDTH) {
    const int is_narrow = sizes->out - at < WIDTH;
    for (int64_t row = 0; row < rows; row++)
      for (int64_t block = 0; block < (is_narrow ? LANES : WIDTH); block += LANES)
        store(&panels->right[row][block], load(&right[row * sizes->out + at + block]));
    for (int64_t column = 0; column < columns;) {
      const float *from = panels->left[column / PANEL][0] + column % PANEL;
      const int is_tile = columns - column >= TILE;
      void (*add)(const float *, const float (*)[WIDTH], int64_t, float *, int64_t) =
          is_tile ? (is_narrow ? add_narrow_tile : add_tile) : is_narrow ? add_narrow_column : add_column;
      add(from, (const float (*)[WIDTH])panels->right, rows, output + column * sizes->out + at, sizes->out);
      column += is_tile ? TILE : 1;
    }
  }
}

/* A group of the dense columns in a part of the rows. */
static void dense_task(void *argument, size_t task) {
  Computation *computation = argument;
  const Product *kernel = computation->kernel;
  const Sizes *sizes = &kernel->sizes;
  const int64_t part = (int64_t)task / kernel->groups, first = (int64_t)task % kernel->groups * GROUP;
  const int64_t columns = sizes->dense - first < GROUP ? sizes->dense - first : GROUP;
  const int64_t end = sizes->rows * (part + 1) / kernel->parts;
  float *products = computation->parts.sums + part * computation->parts.size;
  Panels *panels = malloc(sizeof *panels);
  if (!panels) {
    computation->failed = 1;
    return;
  }
  memset(products + first * sizes->out, 0, 4 * columns * sizes->out);
  for (int64_t row = sizes->rows * part / kernel->parts; row < end; row += ROWS)
    add_rows(panels, computation->left + row * sizes->columns + first, computation->right + row * sizes->out, sizes,
             end - row < ROWS ? end - row : ROWS, columns, products + first * sizes->out);
  free(panels);
}

static Status *multiply_dense_columns(Computation *computation, const Api *api, Context *context) {
  const Product *kernel = computation->kernel;
  TRY(allocate_parts(api, &computation->parts, kernel->parts, kernel->sizes.dense * kernel->sizes.out, computation->output));
  Status *status = in_parallel(api, context, dense_task, kernel->groups * kernel->parts, computation);
  return join_parts(api, context, &computation->parts, status);
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
  const size_t lists = pieces_of(sizes->rows, ROWS);
  int is_complete = 1;
  computation->lists = calloc(lists, sizeof *computation->lists);
  computation->ends = malloc(sizes->rows * sizeof *computation->ends);
  Status *status = NULL;
  if (computation->lists && computation->ends) status = in_parallel(api, context, list_task, lists, computation);
  for (size_t at = 0; computation->lists && at < lists; at++)
    is_complete &= computation->lists[at].columns && computation->lists[at].values;
  if (!computation->lists || !computation->ends || !is_complete)
    status = status ? status : make_status(api, FAILED, "Failed to allocate memory for a product.");
  if (!status) status = in_parallel(api, context, sparse_task, pieces_of(sizes->out, SPARSE_WIDTH), computation);
  for (size_t at = 0; computation->lists && at < lists; at++) free_entries(&computation->lists[at]);
  free(computation->lists);
  free(computation->ends);
  return status;
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Product *kernel = argument;
  const Api *api = kernel->api;
  const Sizes *sizes = &kernel->sizes;
  Computation computation = {.kernel = kernel};
  TRY(input_data(api, context, 0, &computation.left));
  TRY(input_data(api, context, 1, &computation.right));
  computation.left += kernel->sizes.offset;
  const int64_t shape[] = {sizes->columns, sizes->out};
  TRY(output_data(api, context, 0, shape, 2, &computation.output));
  if (sizes->dense > 0) TRY(multiply_dense_columns(&computation, api, context));
  if (sizes->dense < sizes->columns) TRY(add_sparse_columns(&computation, api, context));
  return computation.failed ? make_status(api, FAILED, "Failed to allocate memory for a product.") : NULL;
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Product *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  TRY(sizes_of(api, info, &kernel->sizes));
  kernel->groups = pieces_of(kernel->sizes.dense, GROUP);
  kernel->parts = 1;
  while (kernel->groups * kernel->parts < TASKS && kernel->sizes.rows >= (kernel->parts + 1) * PART) kernel->parts++;
  return NULL;
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "TransposedProduct";
}

const Operator TRANSPOSED_PRODUCT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
