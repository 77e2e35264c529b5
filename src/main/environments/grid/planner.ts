/**
 * Planning among things whose motion is known, by dynamic programming backwards in time: the expert of a game says what
 * it sees coming for each place that it could be in, and gets the first action of the best plan for one prize and a
 * safe stay afterwards. Exact but for what nobody can know, such as newcomers, whose danger is a probability.
 */
export interface Places {
  readonly count: number;
  readonly moves: number;
  /** `[place, move]`: where each move leads. */
  readonly destinations: Uint8Array;
}

export interface Outlook {
  /** Steps ahead */
  readonly horizon: number;
  /** `[horizon, place]`: probability of being lost for whoever is there in that step. */
  readonly danger: Float64Array;
  /** `[horizon, place]`: what is to be had there in that step, 0 for nothing. */
  readonly prize: Float64Array;
  /** `[horizon, place]`: what a shot fired there in that step will bring, 0 for nothing. */
  readonly shot: Float64Array;
  /** `[place]`: cost of being there for a step, e.g. of places that are far from everything. */
  readonly cost: Float64Array;
}

export interface Plan {
  /** A move, or `moves` for a shot. */
  readonly action: number;
  /** Discounted prize, less costs and dangers. */
  readonly value: number;
}

const DISCOUNT = 0.97;

/** An outlook in which nothing happens yet. */
export function emptyOutlook(places: number, horizon: number, cost: Float64Array): Outlook {
  const nothing = (): Float64Array => new Float64Array(places * horizon);
  return { horizon, danger: nothing(), prize: nothing(), shot: nothing(), cost };
}

/** Places in the order of their distance from `start`, and how many are within 0, 1, ... `horizon` moves. */
function placesByDistance({ count, moves, destinations }: Places, start: number, horizon: number) {
  const order = new Uint8Array(count);
  const within = new Uint16Array(horizon + 1);
  const seen = new Uint8Array(count);
  order[0] = start;
  seen[start] = 1;
  let found = 1;
  for (let distance = 0, next = 0; distance <= horizon; distance++) {
    within[distance] = found;
    for (const end = found; next < end; next++) {
      const from = order[next]! * moves;
      for (let edge = from; edge < from + moves; edge++) {
        const place = destinations[edge]!;
        if (seen[place] === 1) continue;
        seen[place] = 1;
        order[found++] = place;
      }
    }
  }
  return { order, within };
}

/** The best plan from `start`; the first of equally good actions. `loss` is the worth of being lost, below 0. */
export function makePlan(places: Places, outlook: Outlook, start: number, loss: number): Plan {
  const { count, destinations, moves } = places;
  const { horizon, danger, prize, shot, cost } = outlook;
  const { order, within } = placesByDistance(places, start, horizon);
  // Values of being in a place before a step, with the prize still to be had and without, and of what the step brings.
  const seeking = new Float64Array(count);
  const keeping = new Float64Array(count);
  const arriveSeeking = new Float64Array(count);
  const arriveKeeping = new Float64Array(count);
  for (let step = horizon - 1; step >= 0; step--) {
    for (let i = 0; i < within[step + 1]!; i++) {
      const place = order[i]!;
      const index = step * count + place;
      const risk = danger[index]!;
      const certain = risk * loss - cost[place]!;
      const keep = certain + (1 - risk) * DISCOUNT * keeping[place]!;
      const seek = certain + (1 - risk) * DISCOUNT * seeking[place]!;
      arriveKeeping[place] = keep;
      arriveSeeking[place] = Math.max(seek, keep + (1 - risk) * prize[index]!);
    }
    if (step === 0) break;
    for (let i = 0; i < within[step]!; i++) {
      const place = order[i]!;
      const index = step * count + place;
      let seek = shot[index]! > 0 ? arriveKeeping[place]! + (1 - danger[index]!) * shot[index]! : -Infinity;
      let keep = -Infinity;
      for (let edge = place * moves; edge < (place + 1) * moves; edge++) {
        const to = destinations[edge]!;
        if (arriveSeeking[to]! > seek) seek = arriveSeeking[to]!;
        if (arriveKeeping[to]! > keep) keep = arriveKeeping[to]!;
      }
      seeking[place] = seek;
      keeping[place] = keep;
    }
  }
  let best: Plan = { action: 0, value: -Infinity };
  const consider = (action: number, value: number): void => {
    if (value > best.value + 1e-9) best = { action, value };
  };
  for (let move = 0; move < moves; move++)
    consider(move, arriveSeeking[destinations[start * moves + move]!]!);
  if (shot[start]! > 0) consider(moves, arriveKeeping[start]! + (1 - danger[start]!) * shot[start]!);
  return best;
}
