import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { behaviorCloningTrainStep } from '../../src/main/learning/agents/behavior-cloning';
import { dreamBehaviorCloningTrainStep } from '../../src/main/learning/agents/d-bc';
import { dreamGailTrainStep } from '../../src/main/learning/agents/d-gail';
import { dittoTrainStep } from '../../src/main/learning/agents/ditto';
import { worldModelTrainStep } from '../../src/main/learning/world-model/world-model';
import { eagerEngine } from '../../src/main/tensor/eager-engine';
import { onnxRuntimeEngine } from '../../src/main/tensor/onnxruntime-engine';
import { selectEngine } from '../../src/main/tensor/engines';
import type { Engine, NamedValues } from '../../src/main/tensor/program';
import { TrainStep, type TrainStepDefinition } from '../../src/main/tensor/train-step';
import { loadGolden, relativeError, type GoldenCase } from './golden';
import { gradientProgram, gradientState } from './gradients';

const TOLERANCE = 1e-4;

interface ParityCase {
  name: string;
  golden: GoldenCase<unknown>;
  definition: TrainStepDefinition;
}

function parityCase<Definition>(
  name: string,
  define: (definition: Definition) => TrainStepDefinition,
): ParityCase {
  const golden = loadGolden<Definition>(name);
  return { name, golden, definition: define(golden.definition) };
}

const cases = [
  parityCase('world-model', worldModelTrainStep),
  parityCase('world-model-color', worldModelTrainStep),
  parityCase('ditto', dittoTrainStep),
  parityCase('ditto-released-code', dittoTrainStep),
  parityCase('ditto-cosine', dittoTrainStep),
  parityCase('ditto-nearest', dittoTrainStep),
  parityCase('d-gail-wgan-gp', dreamGailTrainStep),
  parityCase('d-gail-released-code', dreamGailTrainStep),
  parityCase('d-gail-r1', dreamGailTrainStep),
  parityCase('d-bc', dreamBehaviorCloningTrainStep),
  parityCase('behavior-cloning', behaviorCloningTrainStep),
  parityCase('world-model-continuous', worldModelTrainStep),
  parityCase('ditto-continuous', dittoTrainStep),
  parityCase('ditto-dynamics', dittoTrainStep),
  parityCase('ditto-discrete-dynamics', dittoTrainStep),
  parityCase('d-gail-dynamics', dreamGailTrainStep),
  parityCase('d-bc-continuous', dreamBehaviorCloningTrainStep),
  parityCase('behavior-cloning-continuous', behaviorCloningTrainStep),
];
/** Another engine to check, e.g. `tfjs:node` where it is installed. */
const further = process.env['DITTO_PARITY_ENGINE'];
const engines: [Engine][] = [
  [onnxRuntimeEngine()],
  [eagerEngine('cpu')],
  ...(further === undefined ? [] : [[await selectEngine(further)] as [Engine]]),
];

/** Names and errors of all tensors that are not within the tolerance. */
function disagreements(
  actual: Record<string, ArrayLike<number>>,
  golden: Record<string, ArrayLike<number>>,
): Record<string, number> {
  const errors = Object.entries(golden).map(
    ([name, values]) => [name, relativeError(actual[name] ?? [], values)] as const,
  );
  return Object.fromEntries(errors.filter(([, error]) => !(error < TOLERANCE)));
}

/** What training changed: small beside the parameters themselves, in which a wrong update would be lost. */
function changes(before: NamedValues, after: NamedValues): NamedValues {
  return Object.fromEntries(
    Object.entries(before).map(([name, values]) => [
      name,
      values.map((value, i) => (after[name]?.[i] ?? NaN) - value),
    ]),
  );
}

describe.each(cases)('$name agrees with PyTorch', ({ golden, definition }) => {
  test('in its parameters', () => {
    expect(definition.parameters).toEqual(golden.shapes);
    expect(Object.keys(golden.gradients).sort()).toEqual(Object.keys(golden.shapes).sort());
  });

  test.each(engines)('in the gradients of all parameters, on $id', async (engine) => {
    const program = await engine.compile(gradientProgram(definition));
    program.writeState(gradientState(golden.initial));
    const gradients = await program.run(golden.steps[0]!.inputs);
    await program.dispose();
    expect(disagreements(gradients, golden.gradients)).toEqual({});
  });

  test.each(engines)(
    'in losses, carried state and AdamW with clipping over three steps, on $id',
    async (engine) => {
      const trainStep = await TrainStep.compile(engine, definition, golden.initial);
      for (const { inputs, scalars, carried } of golden.steps) {
        const outputs = await trainStep.run(inputs);
        const golden = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, [value]]));
        expect(disagreements(outputs, golden)).toEqual({});
        expect(disagreements((await trainStep.snapshot()).carried, carried)).toEqual({});
      }
      const updated = await trainStep.parameters();
      await trainStep.dispose();
      const before = golden.initial.parameters;
      expect(disagreements(changes(before, updated), changes(before, golden.updated))).toEqual({});
    },
  );
});
