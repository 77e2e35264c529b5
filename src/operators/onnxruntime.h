#ifndef DITTO_ONNXRUNTIME_H
#define DITTO_ONNXRUNTIME_H

/*
 * What our operators need of ONNX Runtime's C API (onnxruntime_c_api.h, version 22): the few functions that they call, by
 * their place in the table OrtApi, which only ever grows, and the description of an operator, OrtCustomOp.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define ORT_CALL __stdcall
#define EXPORTED __declspec(dllexport)
#else
#define ORT_CALL
#define EXPORTED __attribute__((visibility("default")))
#endif

enum { API_VERSION = 22, TENSOR_FLOAT = 1, VARIADIC = 2, FAILED = 1 };

typedef struct Status Status;
typedef struct KernelInfo KernelInfo;
typedef struct Context Context;
typedef struct Value Value;
typedef struct Api { void *functions[300]; } Api;

#define FUNCTION(place, result, ...) ((result(ORT_CALL *)(__VA_ARGS__))api->functions[place])

static inline Status *make_status(const Api *api, int code, const char *message) {
  return FUNCTION(0, Status *, int, const char *)(code, message);
}
static inline Status *tensor_data(const Api *api, const Value *value, float **data) {
  return FUNCTION(51, Status *, const Value *, void **)(value, (void **)data);
}
static inline Status *input_at(const Api *api, const Context *context, size_t index, const Value **value) {
  return FUNCTION(90, Status *, const Context *, size_t, const Value **)(context, index, value);
}
static inline Status *output_at(const Api *api, Context *context, size_t index, const int64_t *shape,
                                size_t rank, Value **value) {
  return FUNCTION(91, Status *, Context *, size_t, const int64_t *, size_t, Value **)(context, index, shape,
                                                                                     rank, value);
}
static inline Status *floats_of(const Api *api, const KernelInfo *info, const char *name, float *values,
                                size_t *count) {
  return FUNCTION(162, Status *, const KernelInfo *, const char *, float *, size_t *)(info, name, values, count);
}
static inline Status *integers_of(const Api *api, const KernelInfo *info, const char *name, int64_t *values,
                                  size_t *count) {
  return FUNCTION(163, Status *, const KernelInfo *, const char *, int64_t *, size_t *)(info, name, values, count);
}
/* Calls work(argument, index) for every index below count, on all threads of the session. */
static inline Status *in_parallel(const Api *api, const Context *context, void (*work)(void *, size_t),
                                  size_t count, void *argument) {
  return FUNCTION(274, Status *, const Context *, void (*)(void *, size_t), size_t, size_t, void *)(
      context, work, count, 0, argument);
}

typedef struct Operator {
  uint32_t version;
  void *(ORT_CALL *create_without_status)(const struct Operator *, const Api *, const KernelInfo *);
  const char *(ORT_CALL *name)(const struct Operator *);
  const char *(ORT_CALL *provider)(const struct Operator *);
  int(ORT_CALL *input_type)(const struct Operator *, size_t);
  size_t(ORT_CALL *input_count)(const struct Operator *);
  int(ORT_CALL *output_type)(const struct Operator *, size_t);
  size_t(ORT_CALL *output_count)(const struct Operator *);
  void(ORT_CALL *compute_without_status)(void *, Context *);
  void(ORT_CALL *destroy)(void *);
  int(ORT_CALL *input_characteristic)(const struct Operator *, size_t);
  int(ORT_CALL *output_characteristic)(const struct Operator *, size_t);
  int(ORT_CALL *input_memory)(const struct Operator *, size_t);
  int(ORT_CALL *least_inputs)(const struct Operator *);
  int(ORT_CALL *inputs_alike)(const struct Operator *);
  int(ORT_CALL *least_outputs)(const struct Operator *);
  int(ORT_CALL *outputs_alike)(const struct Operator *);
  Status *(ORT_CALL *create)(const struct Operator *, const Api *, const KernelInfo *, void **);
  Status *(ORT_CALL *compute)(void *, Context *);
  Status *(ORT_CALL *infer_shapes)(const struct Operator *, void *);
  int(ORT_CALL *first_version)(const struct Operator *);
  int(ORT_CALL *last_version)(const struct Operator *);
  void *in_place;
  void *release_in_place;
  void *aliases;
  void *release_aliases;
} Operator;

#endif
