/* The operators of `src/operators`, by the names that they have in a graph. */

/** Many element-wise nodes in one pass over memory (`elementwise.c`); `fusion/` makes them. */
export const ELEMENTWISE = 'ditto:Elementwise';

/** Reads a value along other axes, see `kernels/permute.ts`: becomes part of an `ELEMENTWISE` that computes with it. */
export const READING = 'ditto:Reading';

/** The gradient of a convolution with respect to its filter (`filter_gradient.c`). */
export const FILTER_GRADIENT = 'ditto:FilterGradient';

/** Sums over axes, also of squares (`sum.c`). */
export const SUM = 'ditto:Sum';

/** The gradient of a convolution with respect to its images, or a transposed convolution (`input_gradient.c`). */
export const INPUT_GRADIENT = 'ditto:InputGradient';

/** The product of a matrix whose last columns are mostly zeros (`sparse_product.c`), and its gradient (`sparse_gradient.c`). */
export const SPARSE_PRODUCT = 'ditto:SparseProduct';
export const SPARSE_GRADIENT = 'ditto:SparseGradient';
