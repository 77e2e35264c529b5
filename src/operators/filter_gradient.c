/*
 * The gradient of a convolution with respect to its filter: sums of outer products of what a line of the filter sees of the
 * images and of the output's gradient there, which are accumulated in registers.
 *
 * Inputs: the images, in blocks of channels (NCHWc), [batch, in / block, height, width, block], or [batch, height, width, in] if
 * the channels are fewer than a block; and the gradient, [batch, out / block, outHeight, outWidth, block].
 * Output: [filterHeight, filterWidth, in, out].
 * Attribute `geometry`: see geometry.h.
 */
#include "geometry.h"
#include "parts.h"

typedef struct FilterGradient {
  const Api *api;
  Geometry geometry;
  /* Channels of the images that are neighbours. */
  int64_t block;
  /* Blocks of the gradient's channels that are taken together, and parts of the batch that are summed by themselves. */
  int64_t together, parts;
} FilterGradient;

typedef struct {
  const FilterGradient *kernel;
  const float *images, *gradient;
  Parts parts;
} Computation;

/* What images of one part take of the cache while all taps look at them, in bytes. */
enum { CACHED = 256 * 1024, LEAST_TASKS = 32 };

/*
 * Adds to `sums`, [ROWS, out], the outer products of ROWS numbers that are neighbours in the images with BLOCKS vectors of the
 * gradient, over some images.
 */
#define ACCUMULATE(name, ROWS, BLOCKS)                                                                     \
  static void name(const FilterGradient *kernel, const float *images, const float *gradient, int64_t count, \
                   float *sums) {                                                                          \
    const Geometry *g = &kernel->geometry;                                                                 \
    const int64_t image = g->in * g->height * g->width, plane = g->out_height * g->out_width * LANES;      \
    Vector sum[ROWS][BLOCKS];                                                                              \
    for (int row = 0; row < ROWS; row++)                                                                   \
      for (int block = 0; block < BLOCKS; block++)                                                         \
        sum[row][block] = load(&sums[row * g->out + block * LANES]);                                       \
    for (int64_t index = 0; index < count; index++) {                                                      \
      for (int64_t line = 0; line < g->out_height; line++) {                                               \
        const float *x = images + index * image + line * g->stride_height * g->width * kernel->block;      \
        const float *dy = gradient + index * plane * (g->out / LANES) + line * g->out_width * LANES;       \
        for (int64_t column = 0; column < g->out_width; column++) {                                        \
          Vector factor[BLOCKS];                                                                           \
          for (int block = 0; block < BLOCKS; block++) factor[block] = load(&dy[block * plane]);           \
          UNROLLED for (int row = 0; row < ROWS; row++)                                                    \
            for (int block = 0; block < BLOCKS; block++) sum[row][block] += x[row] * factor[block];        \
          x += g->stride_width * kernel->block;                                                            \
          dy += LANES;                                                                                     \
        }                                                                                                  \
      }                                                                                                    \
    }                                                                                                      \
    for (int row = 0; row < ROWS; row++)                                                                   \
      for (int block = 0; block < BLOCKS; block++)                                                         \
        store(&sums[row * g->out + block * LANES], sum[row][block]);                                       \
  }

#define OF_BLOCKS(BLOCKS)                                                                                  \
  ACCUMULATE(of_##BLOCKS##_1, 1, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_2, 2, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_3, 3, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_4, 4, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_5, 5, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_6, 6, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_7, 7, BLOCKS)                                                                   \
  ACCUMULATE(of_##BLOCKS##_8, 8, BLOCKS)
OF_BLOCKS(1)
OF_BLOCKS(2)
ACCUMULATE(of_1_block, LANES, 1)

typedef void Accumulate(const FilterGradient *, const float *, const float *, int64_t, float *);
static Accumulate *const ACCUMULATES[2][8] = {
    {of_1_1, of_1_2, of_1_3, of_1_4, of_1_5, of_1_6, of_1_7, of_1_8},
    {of_2_1, of_2_2, of_2_3, of_2_4, of_2_5, of_2_6, of_2_7, of_2_8},
};

/* One block of the input's channels, one or two of the gradient's, one part of the batch, all taps. */
static void compute_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const FilterGradient *kernel = computation->kernel;
  const Geometry *g = &kernel->geometry;
  const int64_t groups = g->out / LANES / kernel->together;
  const int64_t part = task % kernel->parts, group = task / kernel->parts % groups, block = task / kernel->parts / groups;
  const int64_t begin = g->batch * part / kernel->parts, end = g->batch * (part + 1) / kernel->parts;
  const int64_t plane_in = g->height * g->width * kernel->block, plane_out = g->out_height * g->out_width * LANES;
  const int64_t bytes = 4 * (plane_in + kernel->together * plane_out);
  const int64_t cached = bytes < CACHED ? CACHED / bytes : 1;
  /* With few channels what a whole line of the filter sees are neighbours, else the channels of a block at one pixel. */
  const int is_few = kernel->block < LANES;
  const int64_t runs = is_few ? 1 : g->filter_width, length = is_few ? g->filter_width * g->in : LANES;
  float *sums = computation->parts.sums + part * computation->parts.size;
  for (int64_t first = begin; first < end; first += cached) {
    const int64_t count = end - first < cached ? end - first : cached;
    const float *gradient =
        computation->gradient + (first * (g->out / LANES) + group * kernel->together) * plane_out;
    for (int64_t line = 0; line < g->filter_height; line++) {
      for (int64_t run = 0; run < runs; run++) {
        const float *images = computation->images + (first * (g->in / kernel->block) + block) * plane_in +
                              (line * g->width + run) * kernel->block;
        float *rows = sums + ((line * g->filter_width + run) * g->in + block * kernel->block) * g->out +
                      group * kernel->together * LANES;
        if (first == begin)
          for (int row = 0; row < length; row++) memset(rows + row * g->out, 0, 4 * LANES * kernel->together);
        if (length == LANES && kernel->together == 1) {
          of_1_block(kernel, images, gradient, count, rows);
          continue;
        }
        for (int64_t row = 0; row < length; row += 8) {
          const int64_t left = length - row < 8 ? length - row : 8;
          ACCUMULATES[kernel->together - 1][left - 1](kernel, images + row, gradient, count, rows + row * g->out);
        }
      }
    }
  }
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const FilterGradient *kernel = argument;
  const Api *api = kernel->api;
  const Geometry *g = &kernel->geometry;
  Computation computation = {.kernel = kernel};
  TRY(input_data(api, context, 0, &computation.images));
  TRY(input_data(api, context, 1, &computation.gradient));
  const int64_t shape[] = {g->filter_height, g->filter_width, g->in, g->out};
  float *filter;
  TRY(output_data(api, context, 0, shape, 4, &filter));
  TRY(allocate_parts(api, &computation.parts, kernel->parts, shape[0] * shape[1] * shape[2] * shape[3], filter));
  const size_t tasks = kernel->parts * (g->in / kernel->block) * (g->out / LANES / kernel->together);
  return join_parts(api, context, &computation.parts, in_parallel(api, context, compute_task, tasks, &computation));
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  FilterGradient *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  TRY(geometry_of(api, info, &kernel->geometry));
  kernel->block = kernel->geometry.in < LANES ? kernel->geometry.in : LANES;
  const int64_t blocks_in = kernel->geometry.in / kernel->block, blocks_out = kernel->geometry.out / LANES;
  kernel->together = blocks_out % 2 == 0 ? 2 : 1;
  const int64_t tasks = blocks_in * blocks_out / kernel->together;
  const int64_t wanted = pieces_of(LEAST_TASKS, tasks);
  kernel->parts = wanted < kernel->geometry.batch ? wanted : kernel->geometry.batch;
  return NULL;
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "FilterGradient";
}

const Operator FILTER_GRADIENT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
