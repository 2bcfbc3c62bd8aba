import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

export type Op = (inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
type Container = tfl.LayersModel;
type Keep = (tensor: tf.Tensor) => tf.Tensor;

/**
 * A model in inference mode as one operation: a list of steps over tensors, each written once and read by number, with
 * batch norms folded into the convolutions before them.
 *
 * @param keep Is given every weight that the operation needs, and keeps it alive.
 */
export function inferenceGraph(model: Container, keep: Keep): Op {
  const consumers = countConsumers(model);
  const slots = new Map<number, number>();
  const steps: { op: Op; from: number[]; to: number[] }[] = [];
  const compiled = new Map<string, Op>();
  let size = 0;
  for (const input of model.inputs) slots.set(input.id, size++);

  const once = (key: string, make: () => Op) => {
    if (!compiled.has(key)) {
      tf.engine().startScope();
      compiled.set(key, make());
      tf.engine().endScope();
    }
    return compiled.get(key)!;
  };

  const slotOf = (tensor: tfl.SymbolicTensor): number => {
    const known = slots.get(tensor.id);
    if (known !== undefined) return known;
    const layer = tensor.sourceLayer as Layer;
    const node = nodeOf(tensor);
    const convolution = normalises(layer) ? foldable(node.inputTensors[0]!, consumers) : undefined;
    const [op, from] = convolution
      ? [
          once(`${convolution.layer.id}+${layer.id}`, () => affine(convolution.layer, keep, layer)),
          convolution.inputs.map(slotOf),
        ]
      : [
          once(`${layer.id}`, () => operation(layer, keep, node.inputTensors[0]!.rank)),
          node.inputTensors.map(slotOf),
        ];
    const to = node.outputTensors.map((output: tfl.SymbolicTensor) => {
      slots.set(output.id, size);
      return size++;
    });
    steps.push({ op, from, to });
    return slots.get(tensor.id)!;
  };
  const outputs = model.outputs.map(slotOf);

  return (inputs) => {
    const values: tf.Tensor[] = [...inputs];
    for (const { op, from, to } of steps) {
      const results = [op(from.map((slot) => values[slot]!))].flat();
      for (const [i, slot] of to.entries()) values[slot] = results[i]!;
    }
    return outputs.map((slot) => values[slot]!);
  };
}

interface Layer extends tfl.layers.Layer {
  kernel?: tfl.LayerVariable;
  bias?: tfl.LayerVariable;
  gamma?: tfl.LayerVariable | null;
  beta?: tfl.LayerVariable | null;
  movingMean: tfl.LayerVariable;
  movingVariance: tfl.LayerVariable;
  epsilon: number;
  axis: number;
  strides: [number, number];
  padding: 'same' | 'valid';
  dilationRate: [number, number];
  dataFormat: string;
  activation?: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string } | null;
}

const nodeOf = (tensor: tfl.SymbolicTensor) => tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
const isLinear = (layer: Layer) => !layer.activation || layer.activation.getClassName() === 'linear';
const convolves = (layer: Layer) => layer.getClassName() === 'Conv2D' && layer.dataFormat !== 'channelsFirst';
const normalises = (layer: Layer) => layer.getClassName() === 'BatchNormalization';

function countConsumers(model: Container): Map<number, number> {
  const counts = new Map<number, number>();
  const seen = new Set<number>();
  const visit = (tensor: tfl.SymbolicTensor) => {
    counts.set(tensor.id, (counts.get(tensor.id) ?? 0) + 1);
    if (seen.has(tensor.id)) return;
    seen.add(tensor.id);
    if (!model.inputs.some((input) => input.id === tensor.id)) nodeOf(tensor).inputTensors.forEach(visit);
  };
  model.outputs.forEach(visit);
  return counts;
}

/** The convolution that gives `tensor`, if a batch norm of it may be folded into that convolution's weights. */
function foldable(tensor: tfl.SymbolicTensor, consumers: Map<number, number>) {
  const layer = tensor.sourceLayer as Layer;
  if (!convolves(layer) || !isLinear(layer) || consumers.get(tensor.id) !== 1) return undefined;
  return { layer, inputs: nodeOf(tensor).inputTensors };
}

/** Scale and shift of a batch norm: y = x·scale + shift. */
function scaleAndShift(norm: Layer): { scale: tf.Tensor; shift: tf.Tensor } {
  const inverse = tf.rsqrt(tf.add(norm.movingVariance.read(), norm.epsilon));
  const scale = norm.gamma ? tf.mul(norm.gamma.read(), inverse) : inverse;
  const centred = tf.neg(tf.mul(norm.movingMean.read(), scale));
  return { scale, shift: norm.beta ? tf.add(centred, norm.beta.read()) : centred };
}

/** A convolution, with the batch norm after it if there is one. */
function affine(layer: Layer, keep: Keep, norm?: Layer): Op {
  let filter = layer.kernel!.read() as tf.Tensor4D;
  let bias = layer.bias?.read();
  if (norm) {
    const { scale, shift } = scaleAndShift(norm);
    filter = tf.mul(filter, scale);
    bias = bias ? tf.add(tf.mul(bias, scale), shift) : shift;
  }
  const w = keep(tf.clone(filter)) as tf.Tensor4D;
  const b = bias && keep(tf.clone(bias));
  const { strides, padding, dilationRate } = layer;
  return ([x]) => {
    const y = tf.conv2d(x as tf.Tensor4D, w, strides, padding, 'NHWC', dilationRate);
    return activate(layer, b ? tf.add(y, b) : y);
  };
}

const activate = (layer: Layer, x: tf.Tensor) => (isLinear(layer) ? x : layer.activation!.apply(x));

function operation(layer: Layer, keep: Keep, rank: number): Op {
  const name = layer.getClassName();
  if (convolves(layer)) return affine(layer, keep);
  if (name === 'Dense' && rank === 2) {
    const w = keep(tf.clone(layer.kernel!.read())) as tf.Tensor2D;
    const b = layer.bias && keep(tf.clone(layer.bias.read()));
    return ([x]) => {
      const y = tf.matMul(x as tf.Tensor2D, w);
      return activate(layer, b ? tf.add(y, b) : y);
    };
  }
  if (normalises(layer) && (layer.axis === -1 || layer.axis === rank - 1)) {
    const { scale, shift } = scaleAndShift(layer);
    const [a, b] = [keep(scale), keep(shift)];
    return ([x]) => tf.add(tf.mul(x!, a), b);
  }
  if ('inputs' in layer && 'outputs' in layer) return inferenceGraph(layer as unknown as Container, keep);
  return asItWas(layer, keep);
}

/** Any other layer: its own `call`, with the weights that it had. */
function asItWas(layer: Layer, keep: Keep): Op {
  // What `read()` of a weight gives is its `val`, which tf.layers' types do not tell.
  const weights = layer.weights as unknown as { val: tf.Tensor }[];
  const copies = weights.map(({ val }) => keep(tf.clone(val)));
  return (inputs) => {
    const now = weights.map(({ val }) => val);
    for (const [i, weight] of weights.entries()) weight.val = copies[i]!;
    try {
      return layer.call(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as
        | tf.Tensor
        | tf.Tensor[];
    } finally {
      for (const [i, weight] of weights.entries()) weight.val = now[i]!;
    }
  };
}
