import type { TracedValue } from '../../traced-value';

/** What `convolve` computes without a bias; an addition that follows computes it anew with one, in the same node. */
export function acceptingBias(convolve: (...bias: string[]) => TracedValue): TracedValue {
  const value = convolve();
  value.withBias = convolve;
  return value;
}
