/** Discrete actions are indices; continuous ones are vectors whose components lie in [-1, 1]. */
export const actionKinds = ['discrete', 'continuous'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** What can be done in an environment. */
export interface ActionSpace {
  readonly actionKind: ActionKind;
  /** One name per discrete action, or per component of a continuous one, in index order. */
  readonly actionNames: readonly string[];
}

/** The index of a discrete action, or the components `[components]` of a continuous one. */
export type Action = number | Float32Array;

/** Many actions, one after another: int32 indices `[actions]`, or float32 components `[actions, components]`. */
export type Actions = Int32Array | Float32Array;

/** Numbers that one action takes in an array of them. */
export const actionWidth = ({ actionKind, actionNames }: ActionSpace): number =>
  actionKind === 'discrete' ? 1 : actionNames.length;

/** Space for `count` actions: indices of 0, or components of 0. */
export const emptyActions = (space: ActionSpace, count: number): Actions =>
  space.actionKind === 'discrete' ? new Int32Array(count) : new Float32Array(count * actionWidth(space));

/** The action at an index of many; a continuous one is a view. */
export function actionAt(actions: Actions, index: number, width: number): Action {
  return actions instanceof Int32Array
    ? actions[index]!
    : actions.subarray(index * width, (index + 1) * width);
}

/** Puts actions of one kind one after another. */
export function joinActions(actions: readonly Action[]): Actions {
  const [first] = actions;
  if (first === undefined || typeof first === 'number') return Int32Array.from(actions as readonly number[]);
  const joined = new Float32Array(actions.length * first.length);
  actions.forEach((action, index) => joined.set(action as Float32Array, index * first.length));
  return joined;
}

/** As the environment takes it: components beyond -1 or 1 act like the bound. */
export const boundedAction = (action: Action): Action =>
  typeof action === 'number' ? action : action.map((value) => Math.min(1, Math.max(-1, value)));
