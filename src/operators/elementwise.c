/*
 * An operator that computes many element-wise ones in one pass over memory: a program of instructions, of which each block of
 * elements goes through all while it lies in the processor's cache. `tensor/fusion/` writes the programs.
 *
 * Attributes:
 *   size       [elements]
 *   program    four numbers an instruction: what it does and up to three registers that it reads
 *   constants  numbers that registers hold
 *   inputs     of each input: from which element on and along how many axes it is read, then size, period, stride and what lies
 *              between of each; none if all elements are there in their order
 *   outputs    of each output: the instruction that gives it, its rank, its shape
 * Registers are counted through: inputs, constants, results of instructions.
 */
#include <math.h>
#include <string.h>
#include "operators.h"

enum { BLOCK = 512, PIECE_WORK = 64, MOST_AXES = 8, MOST_REGISTERS = 256, MOST_BUFFERS = 64 };

typedef enum {
  ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM, LESS, LESS_OR_EQUAL, EQUAL, SELECT,
  NEGATE, ABSOLUTE, RECIPROCAL, SQUARE_ROOT, EXPONENTIAL, TANH, SIGMOID, ELU, ELU_SLOPE, COPY
} Operation;

typedef struct {
  int64_t operation, operands[3];
} Instruction;

/* How a block of elements is read: along axes, the last one innermost; without any all elements are there. */
typedef struct {
  int64_t offset;
  int axes;
  /* Neighbours are `stride` apart, and after every `period` of them the next ones begin `between` further. */
  struct {
    int size, period;
    int64_t stride, between;
  } axis[MOST_AXES];
} Reading;

/* Where the elements of a register are: one number for all, in an input or output of full size, or in a buffer of a block. */
typedef enum { SCALAR, INPUT, OUTPUT, BUFFER } Place;

typedef struct {
  Place place;
  int index;
} Register;

typedef struct {
  int64_t source, rank, shape[MOST_AXES];
} Output;

typedef struct {
  const Api *api;
  int64_t size;
  /* Elements that one thread takes at a time: the more instructions, the fewer. */
  int64_t piece;
  size_t inputs, constants, instructions, outputs, buffers;
  Register registers[MOST_REGISTERS];
  Reading *readings;
  float *constant;
  Instruction *program;
  Output *output;
} Elementwise;

/* What one computation has to know: a program, and where its inputs and outputs are. */
typedef struct {
  const Elementwise *kernel;
  const float *inputs[MOST_REGISTERS];
  float *outputs[MOST_REGISTERS];
} Computation;

#define BINARY(name, expression)                                                                           \
  static void name##_vv(float *to, const float *left, const float *right, int count) {                     \
    IN_ANY_ORDER for (int i = 0; i < count; i++) {                                                         \
      const float a = left[i], b = right[i];                                                               \
      to[i] = expression;                                                                                  \
    }                                                                                                      \
  }                                                                                                        \
  static void name##_vs(float *to, const float *left, const float *right, int count) {                     \
    const float b = *right;                                                                                \
    IN_ANY_ORDER for (int i = 0; i < count; i++) {                                                         \
      const float a = left[i];                                                                             \
      to[i] = expression;                                                                                  \
    }                                                                                                      \
  }                                                                                                        \
  static void name##_sv(float *to, const float *left, const float *right, int count) {                     \
    const float a = *left;                                                                                 \
    IN_ANY_ORDER for (int i = 0; i < count; i++) {                                                         \
      const float b = right[i];                                                                            \
      to[i] = expression;                                                                                  \
    }                                                                                                      \
  }

#define UNARY(name, expression)                                                                            \
  static void name##_v(float *to, const float *from, int count) {                                          \
    IN_ANY_ORDER for (int i = 0; i < count; i++) {                                                         \
      const float a = from[i];                                                                             \
      to[i] = expression;                                                                                  \
    }                                                                                                      \
  }

/* e^x = 2^n e^r, with the polynomial of Cephes for e^r, |r| <= ln 2 / 2; 0 where it is below the normal numbers. */
static inline float exponential(float x) {
  const float least = -86.9f, most = 89.0f, to_the_last_bit = 12582912.0f;
  const float within = x < least ? least : x > most ? most : x;
  union { float number; int32_t bits; } power = {within * 1.44269504f + to_the_last_bit};
  const float whole = power.number - to_the_last_bit;
  const float rest = (within - whole * 0.693359375f) - whole * -2.12194440e-4f;
  float sum = 1.9875691500e-4f;
  sum = sum * rest + 1.3981999507e-3f;
  sum = sum * rest + 8.3334519073e-3f;
  sum = sum * rest + 4.1665795894e-2f;
  sum = sum * rest + 1.6666665459e-1f;
  sum = sum * rest + 5.0000001201e-1f;
  sum = sum * rest * rest + rest + 1.0f;
  /* Half of 2^n, as 2^128 is no number. */
  union { int32_t bits; float number; } half = {(int32_t)((uint32_t)(power.bits - 0x4b400000 + 126) << 23)};
  const float value = sum * 2.0f * half.number;
  return x != x ? x : x < least ? 0.0f : value;
}

BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, a * b)
BINARY(divide, a / b)
BINARY(maximum, (a < b || b != b) ? b : a)
BINARY(minimum, (a > b || b != b) ? b : a)
BINARY(less, a < b ? 1.0f : 0.0f)
BINARY(less_or_equal, a <= b ? 1.0f : 0.0f)
BINARY(equal, a == b ? 1.0f : 0.0f)
UNARY(negate, -a)
UNARY(absolute, fabsf(a))
UNARY(reciprocal, 1.0f / a)
UNARY(square_root, sqrtf(a))
UNARY(exponential, exponential(a))

/* The rational approximation of Eigen and of ONNX Runtime. */
static inline float hyperbolic_tangent(float x) {
  const float within = x < -7.90531111f ? -7.90531111f : x > 7.90531111f ? 7.90531111f : x;
  const float square = within * within;
  float numerator = -2.76076847742355e-16f;
  numerator = numerator * square + 2.00018790482477e-13f;
  numerator = numerator * square - 8.60467152213735e-11f;
  numerator = numerator * square + 5.12229709037114e-08f;
  numerator = numerator * square + 1.48572235717979e-05f;
  numerator = numerator * square + 6.37261928875436e-04f;
  numerator = numerator * square + 4.89352455891786e-03f;
  float denominator = 1.19825839466702e-06f;
  denominator = denominator * square + 1.18534705686654e-04f;
  denominator = denominator * square + 2.26843463243900e-03f;
  denominator = denominator * square + 4.89352518554385e-03f;
  return x != x ? x : within * numerator / denominator;
}

UNARY(tanh, hyperbolic_tangent(a))
UNARY(sigmoid, 1.0f / (1.0f + exponential(-a)))
UNARY(elu, a > 0.0f || a != a ? a : exponential(a) - 1.0f)
/* min(1, max(0, a + 1)), the derivative of ELU in terms of its result. */
UNARY(elu_slope, a > 0.0f ? 1.0f : a > -1.0f || a != a ? a + 1.0f : 0.0f)
UNARY(copy, a)

typedef void Binary(float *, const float *, const float *, int);
typedef void Unary(float *, const float *, int);

#define VARIANTS(name) {name##_vv, name##_vs, name##_sv}
static Binary *const BINARY_FUNCTIONS[SELECT][3] = {
    VARIANTS(add),     VARIANTS(subtract), VARIANTS(multiply),      VARIANTS(divide), VARIANTS(maximum),
    VARIANTS(minimum), VARIANTS(less),     VARIANTS(less_or_equal), VARIANTS(equal)};
static Unary *const UNARY_FUNCTIONS[] = {negate_v,      absolute_v, reciprocal_v, square_root_v,
                                         exponential_v, tanh_v,     sigmoid_v,    elu_v,         elu_slope_v, copy_v};

static void choose(float *to, const float *condition, const float *yes, int yes_step, const float *no,
                   int no_step, int count) {
  IN_ANY_ORDER for (int i = 0; i < count; i++) to[i] = condition[i] != 0.0f ? yes[i * yes_step] : no[i * no_step];
}

static inline int64_t offset_at(const Reading *reading, int axis, int position) {
  const int period = reading->axis[axis].period;
  if (period >= reading->axis[axis].size) return position * reading->axis[axis].stride;
  return position % period * reading->axis[axis].stride + position / period * reading->axis[axis].between;
}

/* Puts `count` elements from the one at `start` into a block. */
static void read_block(const Reading *reading, const float *from, int64_t start, int count, float *to) {
  int position[MOST_AXES];
  int64_t offsets[MOST_AXES], rest = start;
  const int inner = reading->axes - 1;
  for (int axis = inner; axis >= 0; axis--) {
    position[axis] = (int)(rest % reading->axis[axis].size);
    rest /= reading->axis[axis].size;
    offsets[axis] = offset_at(reading, axis, position[axis]);
    if (axis < inner) from += offsets[axis];
  }
  const int size = reading->axis[inner].size;
  const int64_t step = reading->axis[inner].stride;
  const int is_even = reading->axis[inner].period >= size;
  while (count > 0) {
    const int begin = position[inner], run = size - begin < count ? size - begin : count;
    if (is_even && step == 1 && run == LANES)
      memcpy(to, from + begin, 4 * LANES);
    else if (is_even && step == 1)
      memcpy(to, from + begin, 4 * run);
    else if (is_even && step == 0) {
      const float same = *from;
      for (int i = 0; i < run; i++) to[i] = same;
    } else if (is_even)
      for (int i = 0; i < run; i++) to[i] = from[(begin + i) * step];
    else
      for (int i = 0; i < run; i++) to[i] = from[offset_at(reading, inner, begin + i)];
    to += run;
    count -= run;
    position[inner] = 0;
    for (int axis = inner - 1; axis >= 0; axis--) {
      from -= offsets[axis];
      if (++position[axis] == reading->axis[axis].size) position[axis] = 0;
      offsets[axis] = offset_at(reading, axis, position[axis]);
      from += offsets[axis];
      if (position[axis] > 0) break;
    }
  }
}

static void compute_block(const Computation *computation, float (*buffers)[BLOCK], int64_t start, int count) {
  const Elementwise *kernel = computation->kernel;
  float *at[MOST_REGISTERS];
  const size_t results = kernel->inputs + kernel->constants;
  for (size_t index = 0; index < results + kernel->instructions; index++) {
    const Register *registered = &kernel->registers[index];
    if (registered->place == BUFFER) {
      at[index] = buffers[registered->index];
      if (index < kernel->inputs)
        read_block(&kernel->readings[index], computation->inputs[index], start, count, at[index]);
    } else if (registered->place == OUTPUT)
      at[index] = computation->outputs[registered->index] + start;
    else if (index >= kernel->inputs)
      at[index] = &kernel->constant[index - kernel->inputs];
    else
      at[index] = (float *)computation->inputs[index] + (registered->place == INPUT ? start : 0);
  }
  for (size_t index = 0; index < kernel->instructions; index++) {
    const Instruction *instruction = &kernel->program[index];
    const int64_t *operands = instruction->operands;
    float *to = at[results + index];
    const int left_is_scalar = kernel->registers[operands[0]].place == SCALAR;
    if (instruction->operation < SELECT) {
      const int right_is_scalar = kernel->registers[operands[1]].place == SCALAR;
      const int variant = left_is_scalar ? 2 : right_is_scalar ? 1 : 0;
      BINARY_FUNCTIONS[instruction->operation][variant](to, at[operands[0]], at[operands[1]], count);
    } else if (instruction->operation == SELECT) {
      choose(to, at[operands[0]], at[operands[1]], kernel->registers[operands[1]].place != SCALAR,
             at[operands[2]], kernel->registers[operands[2]].place != SCALAR, count);
    } else
      UNARY_FUNCTIONS[instruction->operation - NEGATE](to, at[operands[0]], count);
  }
}

static void compute_piece(void *argument, size_t piece) {
  const Computation *computation = argument;
  _Alignas(64) float buffers[MOST_BUFFERS][BLOCK];
  const Elementwise *kernel = computation->kernel;
  const int64_t begin = (int64_t)piece * kernel->piece;
  const int64_t end = begin + kernel->piece < kernel->size ? begin + kernel->piece : kernel->size;
  for (int64_t start = begin; start < end; start += BLOCK)
    compute_block(computation, buffers, start, end - start < BLOCK ? (int)(end - start) : BLOCK);
}

static Status *ORT_CALL compute(void *argument, Context *context) {
  const Elementwise *kernel = argument;
  const Api *api = kernel->api;
  Computation computation = {.kernel = kernel};
  for (size_t index = 0; index < kernel->inputs; index++) {
    TRY(input_data(api, context, index, &computation.inputs[index]));
    computation.inputs[index] += kernel->readings[index].offset;
  }
  for (size_t index = 0; index < kernel->outputs; index++) {
    const Output *output = &kernel->output[index];
    TRY(output_data(api, context, index, output->shape, output->rank, &computation.outputs[index]));
  }
  const size_t pieces = pieces_of(kernel->size, kernel->piece);
  if (pieces > 1) return in_parallel(api, context, compute_piece, pieces, &computation);
  if (pieces == 1) compute_piece(&computation, 0);
  return NULL;
}

static void ORT_CALL destroy(void *argument) {
  Elementwise *kernel = argument;
  free(kernel->readings);
  free(kernel->constant);
  free(kernel->program);
  free(kernel->output);
  free(kernel);
}

/* Gives every register its place; buffers whose last reader is done are used again. */
static Status *place_registers(Elementwise *kernel) {
  const size_t results = kernel->inputs + kernel->constants, count = results + kernel->instructions;
  size_t last_use[MOST_REGISTERS] = {0};
  int unused[MOST_BUFFERS], unused_count = 0;
  if (count > MOST_REGISTERS) return make_status(kernel->api, FAILED, "An element-wise program has too many registers.");
  for (size_t index = 0; index < kernel->instructions; index++) {
    const Instruction *instruction = &kernel->program[index];
    const int operands = instruction->operation < SELECT ? 2 : instruction->operation == SELECT ? 3 : 1;
    for (int operand = 0; operand < operands; operand++) last_use[instruction->operands[operand]] = index;
  }
  for (size_t index = 0; index < results; index++) {
    Register *registered = &kernel->registers[index];
    const Reading *reading = &kernel->readings[index];
    if (index >= kernel->inputs)
      registered->place = SCALAR;
    else if (reading->axes == 0)
      registered->place = INPUT;
    else if (reading->axes == 1 && reading->axis[0].stride == 0)
      registered->place = SCALAR;
    else
      *registered = (Register){BUFFER, (int)kernel->buffers++};
  }
  for (size_t index = 0; index < kernel->instructions; index++) {
    Register *registered = &kernel->registers[results + index];
    registered->place = BUFFER;
    for (size_t output = 0; output < kernel->outputs; output++)
      if (kernel->output[output].source == (int64_t)index) *registered = (Register){OUTPUT, (int)output};
    for (size_t earlier = 0; earlier < index; earlier++)
      if (kernel->registers[results + earlier].place == BUFFER && last_use[results + earlier] == index)
        unused[unused_count++] = kernel->registers[results + earlier].index;
    if (registered->place == BUFFER)
      registered->index = unused_count > 0 ? unused[--unused_count] : (int)kernel->buffers++;
    if (kernel->buffers > MOST_BUFFERS)
      return make_status(kernel->api, FAILED, "An element-wise program needs too many buffers.");
  }
  return NULL;
}

static Status *ORT_CALL create(const Operator *operator, const Api *api, const KernelInfo *info, void **made) {
  (void)operator;
  Elementwise *kernel = calloc(1, sizeof *kernel);
  int64_t *numbers;
  size_t count;
  *made = kernel;
  kernel->api = api;
  TRY(read_integers(api, info, "size", &kernel->size, 1));
  TRY(integers_of_attribute(api, info, "program", (int64_t **)&kernel->program, &count));
  kernel->instructions = count / 4;
  kernel->piece = BLOCK * (kernel->instructions < PIECE_WORK / 2 ? PIECE_WORK / (kernel->instructions + 1) : 2);
  TRY(floats_of_attribute(api, info, "constants", &kernel->constant, &kernel->constants));
  TRY(integers_of_attribute(api, info, "inputs", &numbers, &count));
  kernel->readings = calloc(count + 1, sizeof *kernel->readings);
  for (size_t at = 0; at < count;) {
    Reading *reading = &kernel->readings[kernel->inputs++];
    reading->offset = numbers[at++];
    reading->axes = (int)numbers[at++];
    if (reading->axes > MOST_AXES) return make_status(api, FAILED, "An element-wise program reads along too many axes.");
    for (int axis = 0; axis < reading->axes; axis++, at += 4) {
      reading->axis[axis].size = (int)numbers[at];
      reading->axis[axis].period = (int)numbers[at + 1];
      reading->axis[axis].stride = numbers[at + 2];
      reading->axis[axis].between = numbers[at + 3];
    }
  }
  free(numbers);
  TRY(integers_of_attribute(api, info, "outputs", &numbers, &count));
  kernel->output = calloc(count + 1, sizeof *kernel->output);
  for (size_t at = 0; at < count;) {
    Output *output = &kernel->output[kernel->outputs++];
    output->source = numbers[at++];
    output->rank = numbers[at++];
    for (int64_t axis = 0; axis < output->rank; axis++) output->shape[axis] = numbers[at++];
  }
  free(numbers);
  return place_registers(kernel);
}

static const char *ORT_CALL name(const Operator *operator) {
  (void)operator;
  return "Elementwise";
}

const Operator ELEMENTWISE = {VARIADIC_OPERATOR, .name = name, .create = create, .compute = compute, .destroy = destroy};
