import { FloatAttributes, type GraphNode } from '../graph-node';
import { ELEMENTWISE, READING } from '../own-operators';
import { elementCount } from '../element-count';
import { OPERATIONS, WRITERS, type Operand, type Write } from './instructions';
import { broadcastReading, type GraphValues } from './shapes';

/** A node that may become part of an element-wise operator. */
export interface Member {
  node: GraphNode;
  shape: readonly number[];
  /**
   * `computes` something; gives the `same` elements in another shape, or truth values as numbers; is a `reading` of what has to
   * be there before.
   */
  kind: 'computes' | 'same' | 'reading';
}

/** An input from its element at `offset` on, along axes if there are any. */
interface Reading {
  name: string;
  offset: number;
  axes: readonly number[];
}

/** Writes the one node that takes the place of its members. */
export class ElementwiseProgram {
  private readonly values: GraphValues;
  private readonly instructions: { operation: number; operands: Operand[] }[] = [];
  private readonly constants: number[] = [];
  private readonly inputs: Reading[] = [];
  private readonly results = new Map<string, Operand>();
  private size = 0;

  constructor(values: GraphValues) {
    this.values = values;
  }

  /** In an order in which each comes after those that it reads from. */
  add({ node, shape, kind }: Member): void {
    const [output] = node.outputs as [string];
    this.size = elementCount(shape);
    this.results.set(output, this.resultOf(node, shape, kind));
  }

  /** Whether it computes from numbers alone. */
  get isConstant(): boolean {
    return this.inputs.length === 0;
  }

  /** @param needed members that others read, or that are results of the graph */
  finish(needed: readonly Member[]): GraphNode[] {
    const others: GraphNode[] = [];
    const names = new Map<number, string>();
    const outputs: number[] = [];
    for (const { node, shape } of needed) {
      const [name] = node.outputs as [string];
      const result = this.computed(this.results.get(name)!);
      const sameElements = names.get(result);
      if (sameElements === undefined) {
        names.set(result, name);
        outputs.push(result, shape.length, ...shape);
      } else {
        const reshapes = node.operator === 'Reshape';
        const inputs = reshapes ? [sameElements, node.inputs[1]!] : [sameElements];
        others.push({ operator: reshapes ? 'Reshape' : 'Identity', inputs, outputs: [name], attributes: {} });
      }
    }
    return [this.node(outputs, [...names.values()]), ...others];
  }

  private resultOf(node: GraphNode, shape: readonly number[], kind: Member['kind']): Operand {
    const [first] = node.inputs as [string];
    if (node.operator === READING) {
      const { axes, offset } = node.attributes as Record<'axes' | 'offset', number[]>;
      return this.input({ name: first, offset: offset[0]!, axes });
    }
    // The same elements in their order, whatever their shape was.
    if (kind === 'same') return this.results.get(first) ?? this.input({ name: first, offset: 0, axes: [] });
    const operands = node.inputs.map((name) => (name === '' ? undefined : this.operand(name, shape)));
    return WRITERS[node.operator]!(this.write, operands as Operand[], node);
  }

  private readonly write: Write = (operation, ...operands) => {
    for (const operand of operands) if ('constant' in operand) this.constantIndex(operand.constant);
    this.instructions.push({ operation: OPERATIONS.indexOf(operation), operands });
    return { result: this.instructions.length - 1 };
  };

  private operand(name: string, shape: readonly number[]): Operand {
    const result = this.results.get(name);
    if (result) return result;
    const constant = this.values.constantOf(name);
    if (constant?.length === 1) return { constant: constant[0]! };
    return this.input({ name, offset: 0, axes: broadcastReading(shape, this.values.shapeOf(name)!) });
  }

  private input(reading: Reading): Operand {
    const isSame = ({ name, offset, axes }: Reading): boolean =>
      name === reading.name && offset === reading.offset && axes.join() === reading.axes.join();
    const known = this.inputs.findIndex(isSame);
    return { input: known < 0 ? this.inputs.push(reading) - 1 : known };
  }

  private constantIndex(value: number): number {
    const known = this.constants.findIndex((other) => Object.is(other, value));
    return known < 0 ? this.constants.push(value) - 1 : known;
  }

  /** The number of the instruction that gives an operand: only results can be written to memory. */
  private computed(operand: Operand): number {
    const result = 'result' in operand ? operand : (this.write('Copy', operand) as { result: number });
    return result.result;
  }

  private node(outputs: readonly number[], names: string[]): GraphNode {
    const results = this.inputs.length + this.constants.length;
    const register = (operand: Operand): number => {
      if ('input' in operand) return operand.input;
      if ('constant' in operand) return this.inputs.length + this.constantIndex(operand.constant);
      return results + operand.result;
    };
    const program = this.instructions.flatMap(({ operation, operands }) => {
      const [a = 0, b = 0, c = 0] = operands.map(register);
      return [operation, a, b, c];
    });
    const attributes = {
      size: [this.size],
      program,
      constants: new FloatAttributes(this.constants),
      inputs: this.inputs.flatMap(({ offset, axes }) => [offset, axes.length / 4, ...axes]),
      outputs,
    };
    const inputs = this.inputs.map(({ name }) => name);
    return { operator: ELEMENTWISE, inputs, outputs: names, attributes };
  }
}
