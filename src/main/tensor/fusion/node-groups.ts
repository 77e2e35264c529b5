import type { GraphNode } from '../graph-node';

/** Nodes that become one, or a single node. */
export interface Group {
  nodes: number[];
  /** Higher than those of all groups that it reads from. */
  level: number;
}

/** Which nodes become one, so that there is still an order in which all can be computed. */
export class NodeGroups {
  private readonly makers = new Map<string, number>();
  private readonly sources: (readonly number[])[];
  private readonly readers: number[][];
  private readonly groups: Group[] = [];

  /** @param nodes each after those that it reads from */
  constructor(nodes: readonly GraphNode[]) {
    nodes.forEach((node, index) => node.outputs.forEach((name) => this.makers.set(name, index)));
    this.readers = nodes.map(() => []);
    this.sources = nodes.map(({ inputs }, index) => {
      const makers = inputs.map((name) => this.makers.get(name)).filter((maker) => maker !== undefined);
      const sources = [...new Set(makers)];
      for (const source of sources) this.readers[source]!.push(index);
      return sources;
    });
  }

  /** The node that makes a value; nothing for what the graph is given. */
  makerOf(name: string): number | undefined {
    return this.makers.get(name);
  }

  sourcesOf(node: number): readonly number[] {
    return this.sources[node]!;
  }

  readersOf(node: number): readonly number[] {
    return this.readers[node]!;
  }

  groupOf(node: number): Group {
    return this.groups[node]!;
  }

  /** Gives the next node a group of its own. */
  place(node: number): Group {
    const level = 1 + Math.max(0, ...this.sources[node]!.map((source) => this.groups[source]!.level));
    return (this.groups[node] = { nodes: [node], level });
  }

  /**
   * Whether two groups can be one: neither reads from a third that reads from one of them.
   * @param mayRead whether a node may read from within its own group
   */
  mayMerge(a: Group, b: Group, mayRead: (node: number) => boolean): boolean {
    const lowest = Math.min(a.level, b.level);
    const seen = new Set([a, b]);
    // What reads from a node alone that nobody reads yet can only be found from there.
    const open = b.nodes.length === 1 && this.isUnread(b.nodes[0]!) ? [b] : [a, b];
    for (let group = open.pop(); group; group = open.pop()) {
      const isOwn = group === a || group === b;
      for (const node of group.nodes) {
        const isApart = !isOwn || !mayRead(node);
        for (const source of this.sources[node]!) {
          const before = this.groups[source]!;
          if (isApart && (before === a || before === b)) return false;
          // What is not higher reads from neither.
          if (seen.has(before) || before.level <= lowest) continue;
          seen.add(before);
          open.push(before);
        }
      }
    }
    return true;
  }

  private isUnread(node: number): boolean {
    return this.readers[node]!.every((reader) => this.groups[reader] === undefined);
  }

  /** Whether no other node that has its place reads from the group. */
  isReadByNoneBut(group: Group, reader: number): boolean {
    const isOther = (node: number): boolean => {
      const other = this.groups[node];
      return node !== reader && other !== undefined && other !== group;
    };
    return !group.nodes.some((node) => this.readers[node]!.some(isOther));
  }

  /** Those that it reads from. */
  groupsBefore(group: Group): Set<Group> {
    const before = group.nodes.flatMap((node) => this.sources[node]!.map((source) => this.groups[source]!));
    return new Set(before.filter((other) => other !== group));
  }

  merge(into: Group, other: Group): void {
    into.nodes.push(...other.nodes);
    into.level = Math.max(into.level, other.level);
    for (const node of other.nodes) this.groups[node] = into;
    const open = [into];
    for (let group = open.pop(); group; group = open.pop()) {
      for (const reader of group.nodes.flatMap((node) => this.readers[node]!)) {
        const after = this.groups[reader];
        if (!after || after === group || after.level > group.level) continue;
        after.level = group.level + 1;
        open.push(after);
      }
    }
  }

  /** All groups, each after those that it reads from. */
  inOrder(): Group[] {
    const order: Group[] = [];
    const seen = new Set<Group>();
    const path: { group: Group; before: Group[] }[] = [];
    const enter = (group: Group): void => {
      if (seen.has(group)) return;
      seen.add(group);
      path.push({ group, before: [...this.groupsBefore(group)] });
    };
    for (const start of this.groups) {
      enter(start);
      for (let last = path.at(-1); last; last = path.at(-1)) {
        const next = last.before.pop();
        if (next) enter(next);
        else order.push(path.pop()!.group);
      }
    }
    return order;
  }
}
