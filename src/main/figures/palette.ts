/**
 * Colours that people with any colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008), on a light
 * ground, because figures go into papers. A role has the same colour in every figure.
 */
export const okabeIto = {
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
} as const;

export const ink = {
  background: '#FFFFFF',
  text: '#1B1D22',
  quietText: '#5B6170',
  grid: '#E4E6EB',
  border: '#B9BEC9',
} as const;

export const roleColours = {
  expert: ink.text,
  dream: okabeIto.vermillion,
  ditto: okabeIto.blue,
  bc: okabeIto.vermillion,
  random: ink.quietText,
} as const;
