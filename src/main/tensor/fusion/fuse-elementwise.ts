import type { GraphNode } from '../graph-node';
import { READING } from '../own-operators';
import { elementCount } from '../element-count';
import { ElementwiseProgram, type Member } from './elementwise-program';
import { TRUTHS, WRITERS } from './instructions';
import { NodeGroups, type Group } from './node-groups';
import { broadcastShape, reshaped, type GraphValues } from './shapes';

/** ONNX's number for float32. */
const FLOAT = 1;
/** Limits of the compiled operator, with room to spare. */
const MOST_MEMBERS = 32;
const MOST_INPUTS = 24;
const MOST_AXES = 8;
/** What lies further apart, as a gradient and what it is of, stays apart: one of them would wait for the other. */
const FAR = 32;

/**
 * Element-wise nodes on equally many elements that read each other's results become one, which passes over memory once; readings
 * in another order become part of it.
 * @param nodes each after those that it reads from
 * @param given what is known of the values
 * @param outputs values that have to exist
 */
export function fuseElementwise(
  nodes: readonly GraphNode[],
  given: GraphValues,
  outputs: ReadonlySet<string>,
): GraphNode[] {
  const fusion = new ElementwiseFusion(nodes, given);
  nodes.forEach((_, index) => fusion.place(index));
  return fusion.written(outputs);
}

class ElementwiseFusion {
  private readonly nodes: readonly GraphNode[];
  private readonly groups: NodeGroups;
  private readonly members = new Map<number, Member>();
  private readonly shapes = new Map<string, readonly number[]>();
  private readonly truths = new Set<string>();
  private readonly values: GraphValues;

  constructor(nodes: readonly GraphNode[], given: GraphValues) {
    this.nodes = nodes;
    this.groups = new NodeGroups(nodes);
    this.values = { ...given, shapeOf: (name) => this.shapes.get(name) ?? given.shapeOf(name) };
  }

  /** Puts the next node into a group of those before it, if it may be. */
  place(index: number): void {
    const { groups } = this;
    groups.place(index);
    const member = this.memberOf(this.nodes[index]!);
    if (!member) return;
    this.members.set(index, member);
    if (member.kind === 'reading' || this.isBetterLater(index, member)) return;
    const size = elementCount(member.shape);
    const sources = groups.sourcesOf(index).filter((source) => {
      const before = this.members.get(source);
      return before && elementCount(before.shape) === size;
    });
    const { level } = groups.groupOf(index);
    const before = sources.map((source) => groups.groupOf(source)).toSorted((a, b) => b.level - a.level);
    for (const group of before) {
      const own = groups.groupOf(index);
      if (group === own || !this.isOneOperator(group, own)) continue;
      const mayMerge = level - group.level > FAR ? this.mayWait(group, index) : this.mayMerge(group, own);
      if (mayMerge) groups.merge(group, own);
    }
  }

  written(outputs: ReadonlySet<string>): GraphNode[] {
    return this.groups.inOrder().flatMap((group) => this.write(group, outputs));
  }

  private memberOf(node: GraphNode): Member | undefined {
    const [output] = node.outputs as [string];
    const [first] = node.inputs as [string];
    if (node.operator === READING) return { node, shape: this.values.shapeOf(output)!, kind: 'reading' };
    if (node.operator === 'Reshape') return this.reshape(node);
    const isNumber = node.operator === 'Cast' && node.attributes['to'] === FLOAT && this.truths.has(first);
    if (!isNumber && !(node.operator in WRITERS)) return undefined;
    const inputs = node.inputs.filter((name) => name !== '');
    const shapes = inputs.map((name) => this.values.shapeOf(name));
    if (!shapes.every((shape) => shape !== undefined)) return undefined;
    const shape = shapes.reduce((a, b) => broadcastShape(a, b));
    if (shape.length > MOST_AXES) return undefined;
    // Which of two numbers is taken is asked of each element.
    if (node.operator === 'Where' && elementCount(shapes[0]!) !== elementCount(shape)) return undefined;
    this.shapes.set(output, shape);
    if (TRUTHS.has(node.operator)) this.truths.add(output);
    return { node, shape, kind: isNumber ? 'same' : 'computes' };
  }

  /** Of what is computed elsewhere a reshape costs nothing and stays what it is. */
  private reshape(node: GraphNode): Member | undefined {
    const [input, target] = node.inputs as [string, string];
    const [before, wanted] = [this.values.shapeOf(input), this.values.constantOf(target)];
    const shape = before && wanted && reshaped(wanted, elementCount(before));
    if (!shape || this.truths.has(input)) return undefined;
    this.shapes.set(node.outputs[0]!, shape);
    const source = this.groups.makerOf(input);
    const isOfMember = source !== undefined && this.members.has(source) && shape.length <= MOST_AXES;
    return isOfMember ? { node, shape, kind: 'same' } : undefined;
  }

  /**
   * What is made of one value alone that others read too is made where it is read, once more from that value: to write it
   * beside it, for a gradient much later, would be another pass over memory.
   */
  private isBetterLater(index: number, { kind }: Member): boolean {
    const [source, ...others] = this.groups.sourcesOf(index);
    const isOfOne = source !== undefined && others.length === 0;
    return kind === 'computes' && isOfOne && this.groups.readersOf(source).length > 1;
  }

  /**
   * What nobody else has read yet and is made of one value: that is kept instead of it until then. It lies so far back that it
   * cannot be made of what is made here.
   */
  private mayWait(group: Group, reader: number): boolean {
    return this.groups.isReadByNoneBut(group, reader) && this.groups.groupsBefore(group).size === 1;
  }

  private mayMerge(a: Group, b: Group): boolean {
    return this.groups.mayMerge(a, b, (node) => this.members.get(node)!.kind !== 'reading');
  }

  private isOneOperator(a: Group, b: Group): boolean {
    const both = [...a.nodes, ...b.nodes];
    return both.length <= MOST_MEMBERS && this.inputCount(both) <= MOST_INPUTS;
  }

  /** At most that many. */
  private inputCount(nodes: readonly number[]): number {
    const most = nodes.reduce((sum, node) => sum + this.nodes[node]!.inputs.length, 0);
    if (most <= MOST_INPUTS) return most;
    const own = new Set(nodes.flatMap((node) => this.nodes[node]!.outputs));
    const names = new Set(nodes.flatMap((node) => this.nodes[node]!.inputs));
    return [...names].filter((name) => !own.has(name) && this.values.constantOf(name)?.length !== 1).length;
  }

  private write({ nodes }: Group, outputs: ReadonlySet<string>): GraphNode[] {
    const inOrder = nodes.toSorted((a, b) => a - b);
    const members = inOrder.map((index) => this.members.get(index)).filter((member) => member !== undefined);
    const given = inOrder.map((index) => this.nodes[index]!);
    const [first, ...others] = members;
    // Alone a reshape costs nothing as it is.
    if (!first || (others.length === 0 && first.node.operator === 'Reshape')) return given;
    const own = new Set(given.flatMap((node) => node.outputs));
    const isNeeded = ({ node }: Member): boolean => {
      const [name] = node.outputs as [string];
      const readers = this.groups.readersOf(this.groups.makerOf(name)!);
      return outputs.has(name) || readers.some((reader) => !inOrder.includes(reader));
    };
    const needed = members.filter(isNeeded);
    const leaves = (name: string): boolean => this.truths.has(name) && !own.has(name);
    const isClosed =
      !needed.some(({ node }) => this.truths.has(node.outputs[0]!)) &&
      !given.some((node) => node.inputs.some(leaves));
    if (!isClosed) return members.flatMap((member) => this.alone(member));
    const program = new ElementwiseProgram(this.values);
    for (const member of members) program.add(member);
    return program.isConstant ? given : program.finish(needed);
  }

  /** A member of a group that cannot be one operator, as truth values cross its border. */
  private alone(member: Member): GraphNode[] {
    if (member.kind !== 'reading') return [member.node];
    const program = new ElementwiseProgram(this.values);
    program.add(member);
    return program.finish([member]);
  }
}
