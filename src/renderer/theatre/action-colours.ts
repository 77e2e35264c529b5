/** Of the palette for series, those that dreams take last come first: an action is not to be taken for a dream. */
const order = [6, 5, 7, 4, 1, 2, 3];

export const actionColour = (action: number): string => `var(--series-${order[action % order.length]})`;
