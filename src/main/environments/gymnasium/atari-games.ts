const expertGames = ['Breakout', 'Pong', 'SpaceInvaders'] as const;
export type ExpertGame = (typeof expertGames)[number];

/**
 * The game of an environment that there is an expert of. It learned with 2 to 4 frames a step, as `-v4` plays, and knows no
 * sticky actions, as `-v5` has.
 */
export function expertGame(environmentId: string): ExpertGame | undefined {
  const name = /^([A-Za-z]+?)(NoFrameskip)?-v4$/.exec(environmentId)?.[1];
  return expertGames.find((game) => game === name);
}
