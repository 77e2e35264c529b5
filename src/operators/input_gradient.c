/*
 * The gradient of a convolution with respect to its images, which is also the transposed convolution: what each pixel of the
 * output's gradient gives to the pixels that the filter sees from there is added to these, some neighbours of a line at a time,
 * whose sums over the output's channels stay in registers.
 *
 * Inputs: the gradient in blocks, [batch, out / block, outHeight, outWidth, block]; the filter, [filterHeight, filterWidth, in, out];
 *   and, if it is a transposed convolution with one, the bias, [in].
 * Output: [batch, in / block, height, width, block], declared as [batch, in, height, width].
 * Attribute `geometry`: see geometry.h.
 */
#include "geometry.h"

typedef struct {
  const Api *api;
  Geometry geometry;
  int64_t has_bias;
  /* Blocks of the images' channels that are taken together, and the most pixels of a line. */
  int together, most_pixels;
} InputGradient;

typedef struct {
  const InputGradient *kernel;
  const float *gradient, *filter, *bias;
  /* The filter as [in / block / together, taps, out, together, block]. */
  float *panels;
  float *images;
} Computation;

/* Adds to PIXELS pixels of the images, in BLOCKS blocks, what as many neighbours of the gradient give them through one tap. */
#define GIVE(name, PIXELS, BLOCKS)                                                                         \
  static void name(const Geometry *g, const float *gradient, const float *panel, float *images) {          \
    const int64_t step = g->stride_width * LANES, plane = g->height * g->width * LANES;                    \
    Vector sum[PIXELS][BLOCKS];                                                                            \
    for (int pixel = 0; pixel < PIXELS; pixel++)                                                           \
      for (int block = 0; block < BLOCKS; block++) sum[pixel][block] = load(&images[pixel * step + block * plane]); \
    for (int64_t channels = 0; channels < g->out; channels += LANES) {                                     \
      for (int channel = 0; channel < LANES; channel++) {                                                  \
        Vector weight[BLOCKS];                                                                             \
        for (int block = 0; block < BLOCKS; block++) weight[block] = load(&panel[block * LANES]);          \
        UNROLLED for (int pixel = 0; pixel < PIXELS; pixel++)                                              \
          for (int block = 0; block < BLOCKS; block++)                                                     \
            sum[pixel][block] += gradient[pixel * LANES + channel] * weight[block];                        \
        panel += BLOCKS * LANES;                                                                           \
      }                                                                                                    \
      gradient += g->out_height * g->out_width * LANES;                                                    \
    }                                                                                                      \
    for (int pixel = 0; pixel < PIXELS; pixel++)                                                           \
      for (int block = 0; block < BLOCKS; block++) store(&images[pixel * step + block * plane], sum[pixel][block]); \
  }
#define OF_BLOCKS(BLOCKS)                                                                                  \
  GIVE(give_##BLOCKS##_1, 1, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_2, 2, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_3, 3, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_4, 4, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_5, 5, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_6, 6, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_7, 7, BLOCKS)                                                                       \
  GIVE(give_##BLOCKS##_8, 8, BLOCKS)
OF_BLOCKS(1)
OF_BLOCKS(2)
GIVE(give_1_9, 9, 1)
GIVE(give_1_10, 10, 1)
GIVE(give_1_11, 11, 1)
GIVE(give_1_12, 12, 1)
GIVE(give_1_13, 13, 1)
GIVE(give_1_14, 14, 1)
GIVE(give_1_15, 15, 1)
GIVE(give_1_16, 16, 1)

enum { MOST_PIXELS = 16 };
typedef void Give(const Geometry *, const float *, const float *, float *);
static Give *const GIVES[2][MOST_PIXELS] = {
    {give_1_1, give_1_2, give_1_3, give_1_4, give_1_5, give_1_6, give_1_7, give_1_8, give_1_9, give_1_10, give_1_11,
     give_1_12, give_1_13, give_1_14, give_1_15, give_1_16},
    {give_2_1, give_2_2, give_2_3, give_2_4, give_2_5, give_2_6, give_2_7, give_2_8},
};

/* The panel of one group of blocks and one tap. */
static void pack_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const Geometry *g = &computation->kernel->geometry;
  const int64_t width = computation->kernel->together * LANES, taps = g->filter_height * g->filter_width;
  const float *from = computation->filter + (task % taps * g->in + task / taps * width) * g->out;
  float *to = computation->panels + task * g->out * width;
  for (int64_t channel = 0; channel < g->out; channel++)
    for (int64_t at = 0; at < width; at++) to[channel * width + at] = from[at * g->out + channel];
}

/* One image, in one group of blocks. */
static void compute_task(void *argument, size_t task) {
  const Computation *computation = argument;
  const InputGradient *kernel = computation->kernel;
  const Geometry *g = &kernel->geometry;
  const int64_t width = kernel->together * LANES, groups = g->in / width, group = task % groups, index = task / groups;
  const int64_t plane = g->height * g->width * LANES;
  float *images = computation->images + (index * groups + group) * kernel->together * plane;
  const float *gradient = computation->gradient + index * g->out * g->out_height * g->out_width;
  for (int block = 0; block < kernel->together; block++) {
    const Vector start = computation->bias ? load(&computation->bias[group * width + block * LANES]) : (Vector){0};
    for (int64_t pixel = 0; pixel < plane; pixel += LANES) store(&images[block * plane + pixel], start);
  }
  /* Tiles of about the same width. */
  const int64_t tiles = pieces_of(g->out_width, kernel->most_pixels);
  const float *panel = computation->panels + group * g->filter_height * g->filter_width * g->out * width;
  for (int64_t line = 0; line < g->filter_height; line++) {
    for (int64_t column = 0; column < g->filter_width; column++, panel += g->out * width) {
      for (int64_t row = 0; row < g->out_height; row++) {
        float *to = images + ((row * g->stride_height + line) * g->width + column) * LANES;
        for (int64_t tile = 0; tile < tiles; tile++) {
          const int64_t begin = g->out_width * tile / tiles, count = g->out_width * (tile + 1) / tiles - begin;
          GIVES[kernel->together - 1][count - 1](g, gradient + (row * g->out_width + begin) * LANES, panel,
                                                 to + begin * g->stride_width * LANES);
        }
      }
    }
  }
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const InputGradient *kernel = argument;
  const Api *api = kernel->api;
  const Geometry *g = &kernel->geometry;
  Computation computation = {.kernel = kernel};
  const float **const places[] = {&computation.gradient, &computation.filter, &computation.bias};
  for (int index = 0; index < 2 + kernel->has_bias; index++) {
    TRY(input_data(api, context, index, places[index]));
  }
  const int64_t shape[] = {g->batch, g->in, g->height, g->width};
  TRY(output_data(api, context, 0, shape, 4, &computation.images));
  const int64_t taps = g->filter_height * g->filter_width, groups = g->in / LANES / kernel->together;
  computation.panels = malloc(4 * taps * g->in * g->out);
  if (!computation.panels) return make_status(api, FAILED, "Failed to allocate memory for a filter.");
  Status *status = in_parallel(api, context, pack_task, groups * taps, &computation);
  if (!status) status = in_parallel(api, context, compute_task, g->batch * groups, &computation);
  free(computation.panels);
  return status;
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  InputGradient *kernel = calloc(1, sizeof *kernel);
  *made = kernel;
  kernel->api = api;
  TRY(geometry_of(api, info, &kernel->geometry));
  TRY(read_integers(api, info, "has_bias", &kernel->has_bias, 1));
  kernel->together = kernel->geometry.in / LANES % 2 == 0 ? 2 : 1;
  /* As many sums as there are registers for. */
  const int registers = LANES == 16 ? 16 : 12;
  kernel->most_pixels = registers / kernel->together;
  return NULL;
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "InputGradient";
}

const Operator INPUT_GRADIENT = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = free};
