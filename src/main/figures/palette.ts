import { methodColours, okabeIto } from '../../shared/palette';

/** Figures go into papers: dark on white. */
export const ink = {
  background: '#FFFFFF',
  text: '#1B1D22',
  quietText: '#5B6170',
  grid: '#E4E6EB',
  border: '#B9BEC9',
} as const;

export const roleColours = {
  ...methodColours,
  expert: ink.text,
  dream: okabeIto.vermillion,
  random: ink.quietText,
} as const;
