import { emptyOutput, INPUT, mapEntries, NEXT, OUTPUT, STATE, type LoweredProgram } from './lowered-program';
import { CpuSession, type CpuBinding, type CpuSessionOptions, type HostTensor } from './native/cpu-session';
import {
  checkInputs,
  checkState,
  elementCount,
  stateShape,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
} from './program';

/** State in one set of buffers, and where a step that starts from it puts the next one. */
interface Turn {
  state: NamedValues;
  binding: CpuBinding;
}

/** A program on the CPU with our own operators: two sets of buffers for the state swap roles, so that no copy is made. */
export class CpuProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly lowered: LoweredProgram;
  private readonly session: CpuSession;
  private current: Turn;
  private other: Turn;
  /** Settles when the runs that were asked for are over: they take turns, as they share what is bound. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(definition: ProgramDefinition, lowered: LoweredProgram, options: CpuSessionOptions) {
    this.definition = definition;
    this.lowered = lowered;
    this.session = new CpuSession(lowered.model, options);
    const state = mapEntries(definition.state, '', zeros);
    // What a step does not replace is the same in both.
    const next = Object.fromEntries(
      lowered.nextState.map((name) => [name, zeros(definition.state[name]!)] as const),
    );
    this.current = this.turn(state, next);
    this.other = this.turn({ ...state, ...next }, state);
  }

  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    const run = this.last.then(() => this.step(inputs));
    this.last = run.catch(() => undefined);
    return run;
  }

  writeState(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) this.current.state[name]!.set(data);
  }

  readState(names: readonly string[] = Object.keys(this.current.state)): Promise<NamedValues> {
    for (const name of names) stateShape(this.definition, name);
    const entries = names.map((name) => [name, this.current.state[name]!.slice()] as const);
    return Promise.resolve(Object.fromEntries(entries));
  }

  async dispose(): Promise<void> {
    await this.last;
    for (const { binding } of [this.current, this.other]) this.session.unbind(binding);
    this.session.dispose();
  }

  private async step(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    const outputs = mapEntries(this.lowered.outputs, '', emptyOutput);
    const given = mapEntries(this.definition.inputs, '', ({ shape }) => shape);
    const made = mapEntries(this.lowered.outputs, '', ({ shape }) => shape);
    const { binding } = this.current;
    await this.session.run(binding, tensors(inputs, given, INPUT), tensors(outputs, made, OUTPUT));
    [this.current, this.other] = [this.other, this.current];
    return outputs;
  }

  private turn(state: NamedValues, next: NamedValues): Turn {
    const { state: shapes } = this.definition;
    const replaced = Object.fromEntries(this.lowered.nextState.map((name) => [name, next[name]!] as const));
    const binding = this.session.bind(tensors(state, shapes, STATE), tensors(replaced, shapes, NEXT));
    return { state, binding };
  }
}

const zeros = (shape: readonly number[]): Float32Array => new Float32Array(elementCount(shape));

const tensors = (
  values: Readonly<Record<string, TensorValues>>,
  shapes: Readonly<Record<string, readonly number[]>>,
  prefix: string,
): HostTensor[] =>
  Object.entries(shapes).flatMap(([name, shape]) => {
    const data = values[name];
    return data ? { name: prefix + name, data, shape } : [];
  });
