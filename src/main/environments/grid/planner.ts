/**
 * Planning among things whose motion is known, by dynamic programming backwards in time: the expert of a game says what
 * it sees coming for each place that it could be in, and gets the first action of the best plan for one prize and a
 * safe stay afterwards. Exact but for what nobody can know, such as newcomers, whose danger is a probability.
 */
export interface Places {
  readonly count: number;
  /** `[place, action]`: where each action leads. */
  readonly destinations: Uint8Array;
  readonly actions: number;
}

export interface Outlook {
  /** Steps ahead */
  readonly horizon: number;
  /** `[horizon, place]`: probability of being lost for whoever is there in that step. */
  readonly danger: Float64Array;
  /** `[horizon, place]`: what is to be had there in that step, 0 for nothing. */
  readonly prize: Float64Array;
  /** `[place]`: cost of being there for a step, e.g. of places that are far from everything. */
  readonly cost: Float64Array;
}

export interface Plan {
  readonly action: number;
  /** Discounted prize, less costs and dangers. */
  readonly value: number;
}

const DISCOUNT = 0.97;

/** An outlook in which nothing happens yet. */
export function emptyOutlook(places: number, horizon: number, cost: Float64Array): Outlook {
  const cells = places * horizon;
  return { horizon, danger: new Float64Array(cells), prize: new Float64Array(cells), cost };
}

/** The best plan from `start`; the first of equally good actions. `loss` is the worth of being lost, below 0. */
export function makePlan(places: Places, outlook: Outlook, start: number, loss: number): Plan {
  const { count, destinations, actions } = places;
  const { horizon, danger, prize, cost } = outlook;
  // Values of being in a place before a step: with the prize still to be had, and without.
  const seeking = new Float64Array(count);
  const keeping = new Float64Array(count);
  const arriveSeeking = new Float64Array(count);
  const arriveKeeping = new Float64Array(count);
  for (let step = horizon - 1; step >= 0; step--) {
    for (let place = 0; place < count; place++) {
      const index = step * count + place;
      const risk = danger[index]!;
      const survive = (1 - risk) * DISCOUNT;
      const lost = risk * loss - cost[place]!;
      const keep = lost + survive * keeping[place]!;
      const seek = lost + survive * seeking[place]!;
      const won = prize[index]! > 0 ? keep + (1 - risk) * prize[index]! : seek;
      arriveKeeping[place] = keep;
      arriveSeeking[place] = Math.max(seek, won);
    }
    if (step === 0) break;
    for (let place = 0; place < count; place++) {
      let seek = -Infinity;
      let keep = -Infinity;
      for (let edge = place * actions; edge < (place + 1) * actions; edge++) {
        const to = destinations[edge]!;
        if (arriveSeeking[to]! > seek) seek = arriveSeeking[to]!;
        if (arriveKeeping[to]! > keep) keep = arriveKeeping[to]!;
      }
      seeking[place] = seek;
      keeping[place] = keep;
    }
  }
  let best = 0;
  let value = -Infinity;
  for (let action = 0; action < actions; action++) {
    const reached = arriveSeeking[destinations[start * actions + action]!]!;
    if (reached > value + 1e-9) {
      value = reached;
      best = action;
    }
  }
  return { action: best, value };
}
