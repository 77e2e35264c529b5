#ifndef DITTO_OPERATORS_H
#define DITTO_OPERATORS_H

#include <stdlib.h>
#include "onnxruntime.h"

/* LANES, which the build defines: floats that are computed with at once, as many as ONNX Runtime's blocks have channels. */

/* Of a loop: its turns do not depend on each other; all of its few turns are to stand one after the other. */
#ifdef __clang__
#define IN_ANY_ORDER _Pragma("clang loop vectorize(assume_safety)")
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define IN_ANY_ORDER _Pragma("GCC ivdep")
#define UNROLLED _Pragma("GCC unroll 16")
#endif

/* Returns what went wrong, if something did. */
#define TRY(call)                                                                                          \
  do {                                                                                                     \
    Status *status = call;                                                                                 \
    if (status) return status;                                                                             \
  } while (0)

/* How many pieces of that size, of which the last one may be smaller. */
static inline int64_t pieces_of(int64_t count, int64_t size) { return (count + size - 1) / size; }

/* Where the numbers of an input are, and those of an output of that shape. */
static inline Status *input_data(const Api *api, const Context *context, size_t index, const float **data) {
  const Value *value;
  TRY(input_at(api, context, index, &value));
  return tensor_data(api, value, (float **)data);
}

static inline Status *output_data(const Api *api, Context *context, size_t index, const int64_t *shape, size_t rank,
                                  float **data) {
  Value *value;
  TRY(output_at(api, context, index, shape, rank, &value));
  return tensor_data(api, value, data);
}

/* An attribute of a known count of numbers. */
static inline Status *read_integers(const Api *api, const KernelInfo *info, const char *name, int64_t *to, size_t count) {
  return integers_of(api, info, name, to, &count);
}
static inline Status *read_floats(const Api *api, const KernelInfo *info, const char *name, float *to, size_t count) {
  return floats_of(api, info, name, to, &count);
}

/* An attribute's numbers, to be freed by the caller. */
static inline Status *integers_of_attribute(const Api *api, const KernelInfo *info, const char *name,
                                            int64_t **values, size_t *count) {
  *count = 0;
  TRY(integers_of(api, info, name, NULL, count));
  *values = malloc((*count + 1) * sizeof **values);
  return integers_of(api, info, name, *values, count);
}

static inline Status *floats_of_attribute(const Api *api, const KernelInfo *info, const char *name,
                                          float **values, size_t *count) {
  *count = 0;
  TRY(floats_of(api, info, name, NULL, count));
  *values = malloc((*count + 1) * sizeof **values);
  return floats_of(api, info, name, *values, count);
}

static inline const char *ORT_CALL on_the_cpu(const Operator *operator) {
  (void)operator;
  return NULL;
}
static inline size_t ORT_CALL one_list(const Operator *operator) {
  (void)operator;
  return 1;
}
static inline int ORT_CALL one(const Operator *operator) {
  (void)operator;
  return 1;
}
static inline int ORT_CALL of_floats(const Operator *operator, size_t index) {
  (void)operator, (void)index;
  return TENSOR_FLOAT;
}
static inline int ORT_CALL any_number(const Operator *operator, size_t index) {
  (void)operator, (void)index;
  return VARIADIC;
}
static inline int ORT_CALL in_plain_memory(const Operator *operator, size_t index) {
  (void)operator, (void)index;
  return 0;
}

static inline int ORT_CALL last(const Operator *operator) {
  (void)operator;
  return INT32_MAX;
}

/* Takes and gives any number of tensors of floats. */
#define VARIADIC_OPERATOR                                                                                  \
  .version = API_VERSION, .provider = on_the_cpu, .input_type = of_floats, .input_count = one_list,        \
  .output_type = of_floats, .output_count = one_list, .input_characteristic = any_number,                  \
  .output_characteristic = any_number, .input_memory = in_plain_memory, .least_inputs = one,               \
  .inputs_alike = one, .least_outputs = one, .outputs_alike = one, .first_version = one, .last_version = last

#endif
