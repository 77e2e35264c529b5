import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  checkForward,
  floats,
  image,
  imageInputs,
  integers,
  positives,
  unary,
  type CaseInput,
  type KernelCase,
  type KernelCases,
} from './kernel-case';

type Operation = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Inputs = (...shape: number[]) => CaseInput;

interface Meeting {
  operation: Operation;
  inputs: Inputs;
  /** Elements of constants that the operation meets. */
  constants: readonly number[];
  /** Where TF.js's gradient is right: everywhere, only where no operand is broadcast, or nowhere. */
  gradient: 'always' | 'unbroadcast' | 'never';
}

/** Shapes of two operands; the first three are not broadcast. */
const OPERAND_SHAPES = [
  [
    [2, 3],
    [2, 3],
  ],
  [[], []],
  [
    [3, 1, 2],
    [3, 1, 2],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[1], [2, 3]],
  [
    [2, 1, 3, 2],
    [3, 1],
  ],
] as const;

/** Shapes of an operand and of a constant with equal elements: first the constant smaller or equal, then larger. */
const SPLAT_SHAPES = [
  [[2, 3], []],
  [[2, 3], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2]],
] as const;

const checkIf = (differentiable: boolean): typeof check => (differentiable ? check : checkForward);

/** Every way in which two operands meet: broadcasting, constants of equal elements, and images in either layout. */
function meetings(meeting: Meeting): KernelCase[] {
  const { operation, inputs, constants, gradient } = meeting;
  const differentiable = (broadcast: boolean): boolean =>
    gradient === 'always' || (gradient === 'unbroadcast' && !broadcast);
  const plain = OPERAND_SHAPES.map(([a, b], index) =>
    checkIf(differentiable(index >= 3))([inputs(...a), inputs(...b)], operation),
  );
  const splats = SPLAT_SHAPES.map(([shape, constantShape], index) =>
    checkIf(differentiable(index >= 3))([inputs(...shape)], (x) =>
      constants.flatMap((element) => {
        const constant = tf.fill([...constantShape], element);
        return [operation(x, constant), operation(constant, x)];
      }),
    ),
  );
  const folded = checkIf(gradient !== 'never')([inputs(2, 3)], (x) =>
    constants.flatMap((element) => [
      tf.add(x, tf.cast(operation(tf.fill([3], element), tf.fill([2, 1], 1.5)), 'float32')),
      tf.add(x, tf.cast(operation(tf.ones([2, 3]), tf.scalar(element)), 'float32')),
    ]),
  );
  const foldedAway = checkForward([inputs(1)], () => operation(tf.fill([2], constants[0]!), tf.ones([3, 1])));
  const beside = checkIf(gradient !== 'never')([inputs(2, 3)], (x) =>
    operation(x, tf.tensor2d([0.5, 1, 1.5, 2, 2.5, 3], [2, 3])),
  );
  return [...plain, ...splats, folded, foldedAway, beside, ...imageMeetings(meeting, differentiable)];
}

function imageMeetings(
  { operation, inputs, gradient }: Meeting,
  differentiable: (broadcast: boolean) => boolean,
): KernelCase[] {
  // Keeps images inside the domain of the operation, whatever the convolution made.
  const { from } = inputs(1);
  const made = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
    from > 0 ? tf.add(tf.square(image(x, filter)), from) : image(x, filter);
  const shapes = [[2, 3, 4, 3], [], [1], [3], [4, 3], [1, 1, 1, 3], [2, 3, 4, 1], [1, 3, 4, 3]];
  const beside = shapes.map((shape, index) =>
    checkIf(differentiable(index >= 1))([...imageInputs, inputs(...shape)], (x, f, b) => {
      const a = made(x, f);
      return [operation(a, b), operation(b, a)];
    }),
  );
  return [
    ...beside,
    checkIf(differentiable(false))([...imageInputs, floats(2, 2, 2, 3)], (x, f, g) =>
      operation(made(x, f), made(x, g)),
    ),
    checkIf(gradient !== 'never')(imageInputs, (x, f) => {
      const a = made(x, f);
      return [operation(a, tf.ones(a.shape)), operation(tf.fill([3], 2), a), operation(a, a)];
    }),
    // One channel meets a vector: the vector's length becomes the number of channels.
    checkForward([floats(2, 3, 3, 1), floats(2, 2, 1, 1), inputs(3)], (x, f, b) => operation(made(x, f), b)),
  ];
}

const binary = (operation: Operation): KernelCase[] =>
  meetings({ operation, inputs: floats, constants: [0, 1, -2.5], gradient: 'always' });
const unbroadcastBinary = (operation: Operation): KernelCase[] =>
  meetings({ operation, inputs: floats, constants: [0, 1, -2.5], gradient: 'unbroadcast' });
const positiveBinary = (operation: Operation): KernelCase[] =>
  meetings({ operation, inputs: positives, constants: [1, 0.5, 3], gradient: 'always' });
const comparison = (operation: Operation): KernelCase[] => [
  ...meetings({ operation, inputs: floats, constants: [0, 1, -2.5], gradient: 'never' }),
  checkForward([integers(3, 4, 5), integers(3, 5)], operation),
];
const onIntegers = (operation: Operation): KernelCase =>
  checkForward([integers(9, 2, 3), integers(9, 3)], (a, b) => [
    operation(a, b),
    operation(a, tf.fill([3], 4, 'int32')),
    operation(tf.onesLike(a), tf.zerosLike(a)),
  ]);

const logical = (operation: Operation): KernelCase[] => [
  checkForward([floats(4, 5), floats(5)], (a, b) => operation(tf.greater(a, 0), tf.less(b, 0.3))),
  checkForward(imageInputs, (x, f) => operation(tf.greater(image(x, f), 0), tf.less(image(x, f), 0.5))),
  checkForward([floats(2, 3)], (x) => operation(tf.greater(x, 0), tf.ones([3], 'bool'))),
];

const choose = (condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor): tf.Tensor => tf.where(condition, t, e);

export const elementwiseCases: KernelCases = {
  Add: [
    ...binary(tf.add),
    onIntegers(tf.add),
    check([...imageInputs, floats(3)], (x, f, b) => tf.add(image(x, f), b)),
    check([...imageInputs, floats(3)], (x, f, b) => [tf.add(image(x, f), b), image(x, f)]),
  ],
  AddN: [
    check([floats(2, 3), floats(2, 3), floats(2, 3)], (a, b, c) => tf.addN([a, b, c])),
    check([floats(2, 3)], (a) => tf.addN([a, tf.ones([2, 3]), a])),
    check([...imageInputs, floats(2, 3, 4, 3)], (x, f, b) => tf.addN([image(x, f), b])),
  ],
  Sub: [...binary(tf.sub), onIntegers(tf.sub)],
  Multiply: [...binary(tf.mul), onIntegers(tf.mul)],
  RealDiv: positiveBinary(tf.div),
  Maximum: [...unbroadcastBinary(tf.maximum), onIntegers(tf.maximum)],
  Minimum: [...unbroadcastBinary(tf.minimum), onIntegers(tf.minimum)],
  Pow: positiveBinary(tf.pow),
  SquaredDifference: unbroadcastBinary(tf.squaredDifference),
  Equal: comparison(tf.equal),
  Greater: comparison(tf.greater),
  GreaterEqual: comparison(tf.greaterEqual),
  Less: comparison(tf.less),
  LessEqual: comparison(tf.lessEqual),
  LogicalAnd: logical(tf.logicalAnd),
  LogicalNot: logical((a, b) => tf.logicalAnd(tf.logicalNot(a), b)),
  Neg: unary(tf.neg),
  Abs: unary(tf.abs),
  Exp: unary(tf.exp),
  Erf: unary(tf.erf),
  Log: unary(tf.log, positives),
  Sqrt: unary(tf.sqrt, positives),
  Square: unary(tf.square),
  Rsqrt: unary(tf.rsqrt, positives),
  Reciprocal: unary(tf.reciprocal, positives),
  ClipByValue: [...unary((x) => tf.clipByValue(x, -0.4, 0.3)), ...unary((x) => tf.clipByValue(x, 0, 1))],
  Cast: [
    checkForward([floats(3, 4)], (x) => tf.cast(tf.mul(x, 5), 'int32')),
    checkForward([floats(3, 4)], (x) => tf.cast(tf.cast(tf.relu(x), 'bool'), 'float32')),
    check([integers(4, 3, 4), floats(4)], (n, x) => tf.mul(tf.cast(n, 'float32'), x)),
    check([floats(3)], (x) => tf.mul(x, tf.cast(tf.cast(tf.fill([3], 2.7), 'int32'), 'float32'))),
    check([floats(3)], (x) => tf.mul(x, tf.cast(tf.cast(tf.fill([3], -2.7), 'bool'), 'float32'))),
    checkForward(imageInputs, (x, f) => tf.cast(tf.greater(image(x, f), 0), 'float32')),
  ],
  // The condition comes from whole numbers: a comparison has no gradient.
  Select: [
    check([integers(2, 3, 4), floats(3, 4), floats(3, 4)], (c, t, e) => choose(tf.cast(c, 'bool'), t, e)),
    check([integers(2, 3, 4), floats(4), floats(3, 4)], (c, t, e) =>
      choose(tf.greater(c, tf.scalar(0, 'int32')), t, e),
    ),
    check([integers(2), floats(3, 4)], (c, t) => choose(tf.cast(c, 'bool'), t, tf.zerosLike(t))),
    check([integers(2, 3, 1), floats(3, 4)], (c, t) => choose(tf.cast(c, 'bool'), t, tf.ones([3, 4]))),
    check([...imageInputs, integers(2, 2, 3, 4, 3), floats(2, 3, 4, 3)], (x, f, c, e) =>
      choose(tf.cast(c, 'bool'), image(x, f), e),
    ),
    checkForward(imageInputs, (x, f) =>
      choose(tf.greater(image(x, f), 0), image(x, f), tf.ones([2, 3, 4, 3])),
    ),
    check([floats(3), floats(3)], (t, e) => choose(tf.ones([3], 'bool'), t, e)),
  ],
};
