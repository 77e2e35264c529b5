import * as ort from 'onnxruntime-node';
import { randomGenerator } from '../../shared/random';
import { StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { exportProgram } from '../tensor/lowered-program';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import { elementCount, type NamedValues, type ProgramDefinition, type TensorValues } from '../tensor/program';
import { agentProgram } from '../trainer/agent-runs';
import { openTrainedAgent } from './open-runs';

/** A policy as one ONNX file, and how far it is from the checkpoint it was made from. */
export interface ExportedPolicy {
  model: Uint8Array;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Largest difference of any output or state from the checkpoint's own program. */
  largestDifference: number;
}

const tolerance = 1e-5;
const comparedSteps = 3;
const NEXT = 'next_';

/**
 * The agent of a run for one environment: frame in, action out. The world model's recurrent state goes in and comes out,
 * so that whoever plays it keeps it between steps (zeros at first). Throws StudioError if the file computes something else
 * than the checkpoint.
 */
export async function exportPolicy(registry: Registry, runId: string): Promise<ExportedPolicy> {
  const { definition, values } = agentProgram(await openTrainedAgent(registry, runId), 1);
  const model = exportProgram(definition, values);
  const session = await ort.InferenceSession.create(model);
  const { inputNames, outputNames } = session;
  try {
    const largestDifference = await compareWithProgram(session, definition, values);
    if (!(largestDifference < tolerance)) {
      throw new StudioError(
        `The ONNX export of ${runId} differs from its checkpoint by ${largestDifference}: do not use it, and report this.`,
      );
    }
    return { model, inputs: inputNames, outputs: outputNames, largestDifference };
  } finally {
    await session.release();
  }
}

/** Steps both from a blank state with the same frames and noise. */
async function compareWithProgram(
  session: ort.InferenceSession,
  definition: ProgramDefinition,
  values: NamedValues,
): Promise<number> {
  const program = await onnxRuntimeEngine().compile(definition);
  program.writeState(values);
  const stateNames = Object.keys(definition.state).filter((name) => !(name in values));
  let state: NamedValues = Object.fromEntries(
    stateNames.map((name) => [name, new Float32Array(elementCount(definition.state[name]!))]),
  );
  let largest = 0;
  for (let step = 0; step < comparedSteps; step++) {
    const inputs = probeInputs(definition, step);
    const outputs = await session.run(feedsOf(session, definition, { ...state, ...inputs }));
    const expected = { ...(await program.run(inputs)), ...renamed(await program.readState(stateNames)) };
    for (const [name, tensor] of Object.entries(outputs)) {
      largest = Math.max(largest, largestDifference(tensor.data as Float32Array, expected[name]!));
    }
    state = Object.fromEntries(
      stateNames.map((name) => [name, (outputs[NEXT + name]?.data ?? state[name]) as Float32Array]),
    );
  }
  await program.dispose();
  return largest;
}

const renamed = (state: NamedValues): NamedValues =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [NEXT + name, value]));

/** Inputs of one step: noise for frames, as no frame could hide a difference in it. */
function probeInputs(definition: ProgramDefinition, step: number): Record<string, TensorValues> {
  const random = randomGenerator(0, 'onnx-export', step);
  return Object.fromEntries(
    Object.entries(definition.inputs).map(([name, { shape, type }]) => {
      const count = elementCount(shape);
      if (name === 'isFirst') return [name, new Float32Array(count).fill(step === 0 ? 1 : 0)];
      // The number of an action before this step; -1 is none.
      if (type === 'int32') return [name, new Int32Array(count).fill(step === 0 ? -1 : 0)];
      if (type === 'uint8') return [name, Uint8Array.from({ length: count }, () => random.integer(256))];
      return [name, random.fillUniform(new Float32Array(count))];
    }),
  );
}

function feedsOf(
  session: ort.InferenceSession,
  definition: ProgramDefinition,
  values: Readonly<Record<string, TensorValues>>,
): Record<string, ort.Tensor> {
  return Object.fromEntries(
    session.inputNames.map((name) => {
      const { shape, type } = definition.inputs[name] ?? { shape: definition.state[name]!, type: 'float32' };
      return [name, new ort.Tensor(type as 'float32', values[name] as Float32Array, [...shape])];
    }),
  );
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    // A NaN on either side must not pass for no difference.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
