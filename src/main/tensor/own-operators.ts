/* The operators of `src/operators`, by the names that they have in a graph. */

/** Of these names what stands before the colon. */
export const OWN_DOMAIN = 'ditto';

/** Many element-wise nodes in one pass over memory (`elementwise.c`); `fusion/` makes them. */
export const ELEMENTWISE = `${OWN_DOMAIN}:Elementwise`;

/** Reads a value along other axes, see `kernels/permute.ts`: becomes part of an `ELEMENTWISE` that computes with it. */
export const READING = `${OWN_DOMAIN}:Reading`;

/** The gradient of a convolution with respect to its filter (`filter_gradient.c`). */
export const FILTER_GRADIENT = `${OWN_DOMAIN}:FilterGradient`;

/** Sums over axes, also of squares (`sum.c`). */
export const SUM = `${OWN_DOMAIN}:Sum`;

/** The gradient of a convolution with respect to its images, or a transposed convolution (`input_gradient.c`). */
export const INPUT_GRADIENT = `${OWN_DOMAIN}:InputGradient`;

/** The product of two matrices, of which the first one's last columns may be mostly zeros (`product.c`). */
export const PRODUCT = `${OWN_DOMAIN}:Product`;

/** The product of a transposed matrix, whose last columns may be mostly zeros (`transposed_product.c`). */
export const TRANSPOSED_PRODUCT = `${OWN_DOMAIN}:TransposedProduct`;

/** The gradient of layer normalisation (`layer_normalization_gradient.c`). */
export const LAYER_NORMALIZATION_GRADIENT = `${OWN_DOMAIN}:LayerNormalizationGradient`;

/** Samples of categorical distributions (`sample_one_hot.c`). */
export const SAMPLE_ONE_HOT = `${OWN_DOMAIN}:SampleOneHot`;
