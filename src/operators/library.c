#ifdef __AVX2__
#include <cpuid.h>
#endif
#include "operators.h"

extern const Operator ELEMENTWISE, FILTER_GRADIENT, INPUT_GRADIENT, LAYER_NORMALIZATION_GRADIENT, PRODUCT, SAMPLE_ONE_HOT, SUM,
    TRANSPOSED_PRODUCT;

static const Operator *const OPERATORS[] = {&ELEMENTWISE, &FILTER_GRADIENT, &INPUT_GRADIENT, &LAYER_NORMALIZATION_GRADIENT,
                                            &PRODUCT,     &SAMPLE_ONE_HOT,  &SUM,            &TRANSPOSED_PRODUCT};

/* The operators, one after the other; then nothing. */
EXPORTED const Operator *ditto_operator(int index) {
  return index < (int)(sizeof OPERATORS / sizeof *OPERATORS) ? OPERATORS[index] : NULL;
}

/*
 * How many floats it computes with at once; 0 where the processor lacks the instructions for that. Whether the operating system
 * keeps such registers need not be asked: ONNX Runtime uses them where it has blocks of that many channels.
 */
EXPORTED int ditto_lanes(void) {
#ifdef __AVX2__
  unsigned a, b, c, d;
  const unsigned fma = 1u << 12, avx2 = 1u << 5, avx512 = LANES == 16 ? 1u << 16 : 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & fma)) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & (avx2 | avx512)) != (avx2 | avx512)) return 0;
#endif
  return LANES;
}
