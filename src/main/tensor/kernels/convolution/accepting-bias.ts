import type { TracedValue } from '../../traced-value';

/**
 * What `convolve` computes without a bias; when a vector, `[channels]`, is added to it, that is computed anew with it as
 * the bias, in the same node.
 */
export function acceptingBias(convolve: (...bias: string[]) => TracedValue): TracedValue {
  const value = convolve();
  value.withAddend = (addend) =>
    addend.shape.join() === `${value.shape.at(-1)}` ? convolve(addend.name()) : undefined;
  return value;
}
