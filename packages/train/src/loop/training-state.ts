import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Batch } from '../data/batch.js';
import type { Weights } from '../files/safetensors.js';
import { apply } from '../inference/apply.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Task } from '../tasks/task.js';

interface Trained {
  name: string;
  variable: tf.Variable;
  slots: tf.Tensor[];
}

/** The weights of a model with their optimiser's memory, and the step that changes them. */
export class TrainingState {
  private readonly all: Map<string, tfl.LayerVariable>;
  private readonly trained: Trained[];

  constructor(
    private readonly model: tfl.LayersModel,
    private readonly optimizer: Optimizer,
  ) {
    this.all = new Map(model.weights.map((weight) => [weight.originalName, weight]));
    if (this.all.size < model.weights.length)
      throw new RangeError(
        'train: two weights of the model bear the same name; give its layers different names',
      );
    this.trained = model.trainableWeights.map((weight) => ({
      name: weight.originalName,
      variable: weight.read() as tf.Variable,
      slots: optimizer.slots.map(() => tf.keep(tf.zeros(weight.shape as number[]))),
    }));
    if (!this.trained.length) throw new RangeError('train: the model has no trainable weight');
  }

  /** Names and shapes of the weights, and which of them are trained. */
  get description(): string[] {
    const trained = new Set(this.trained.map(({ name }) => name));
    return [...this.all].map(
      ([name, { shape }]) => `${name} ${shape.join('×')}${trained.has(name) ? '' : ' fixed'}`,
    );
  }

  /** One step; returns the loss. Nothing but batch norm statistics changes if the loss is not finite. */
  async step(
    task: Task,
    batch: Batch,
    learningRate: number,
    step: number,
    clip: { value?: number; norm?: number },
  ): Promise<number> {
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(
        () => task.loss((input) => apply(this.model, input, true), batch),
        this.trained.map(({ variable }) => variable),
      ),
    );
    const loss = (await value.data())[0]!;
    if (Number.isFinite(loss))
      tf.tidy(() => {
        const connected = this.trained.filter(({ variable }) => grads[variable.name]);
        const gradients = clipped(
          connected.map(({ variable }) => grads[variable.name]!),
          clip,
        );
        const entries = connected.map((entry, i) => ({ entry, gradient: gradients[i]! }));
        for (const group of grouped(entries, this.optimizer)) this.follow(group, learningRate, step);
      });
    tf.dispose([value, ...Object.values(grads)]);
    return loss;
  }

  /** Weights that are updated as one. */
  private follow(group: { entry: Trained; gradient: tf.Tensor }[], rate: number, step: number): void {
    const entries = group.map(({ entry }) => entry);
    const [join, part] = entries.length > 1 ? joining(entries.map(({ variable }) => variable.shape)) : alone;
    const { weight, slots } = this.optimizer.update(
      join(entries.map(({ variable }) => variable)),
      join(group.map(({ gradient }) => gradient)),
      this.optimizer.slots.map((_, slot) => join(entries.map((entry) => entry.slots[slot]!))),
      rate,
      step,
    );
    const [weights, ...memories] = [weight, ...slots].map(part);
    for (const [i, entry] of entries.entries()) {
      entry.variable.assign(weights![i]!);
      tf.dispose(entry.slots);
      entry.slots = memories.map((memory) => tf.keep(memory[i]!));
    }
  }

  async weights(): Promise<Map<string, Weights>> {
    return read([...this.all].map(([name, variable]) => [name, variable.read()]));
  }

  async tensors(): Promise<Map<string, Weights>> {
    const slots = this.trained.flatMap(({ name, slots }) =>
      slots.map((slot, i) => [`${this.optimizer.slots[i]}/${name}`, slot] as [string, tf.Tensor]),
    );
    return read([
      ...[...this.all].map(([name, w]) => [`weight/${name}`, w.read()] as [string, tf.Tensor]),
      ...slots,
    ]);
  }

  restore(tensors: Map<string, Weights>): void {
    this.restoreWeights(TrainingState.part(tensors, 'weight/'));
    for (const entry of this.trained) {
      tf.dispose(entry.slots);
      entry.slots = this.optimizer.slots.map((slot) => {
        const { data, shape } = tensors.get(`${slot}/${entry.name}`)!;
        return tf.keep(tf.tensor(data, shape));
      });
    }
  }

  restoreWeights(weights: Map<string, Weights>): void {
    for (const [name, { data, shape }] of weights) {
      const value = tf.tensor(data, shape);
      this.all.get(name)!.write(value);
      value.dispose();
    }
  }

  dispose(): void {
    for (const { slots } of this.trained) tf.dispose(slots);
  }

  /** The tensors whose names begin with `prefix`, without it. */
  static part(tensors: Map<string, Weights>, prefix: string): Map<string, Weights> {
    const chosen = [...tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  }
}

async function read(tensors: [string, tf.Tensor][]): Promise<Map<string, Weights>> {
  const entries = tensors.map(async ([name, tensor]) => {
    const data = (await tensor.data()) as Float32Array;
    return [name, { shape: tensor.shape, data: data.slice() }] as const;
  });
  return new Map(await Promise.all(entries));
}

type Joining = [join: (tensors: tf.Tensor[]) => tf.Tensor, part: (tensor: tf.Tensor) => tf.Tensor[]];

/** Vectors end to end, or tensors of one shape as one with an axis more. */
function joining(shapes: number[][]): Joining {
  if (shapes[0]!.length !== 1) return [tf.stack, (tensor) => tf.unstack(tensor)];
  const sizes = shapes.map(([length]) => length!);
  return [tf.concat, (tensor) => tf.split(tensor, sizes)];
}

const alone: Joining = [([tensor]) => tensor!, (tensor) => [tensor]];

/** Numbers of a weight up to which an operation takes longer to start than to finish. */
const SHORT = 10_000;

/** All short vectors together, and other short weights of one shape, of all of which a network has many. */
function grouped<Item extends { entry: Trained }>(items: Item[], { elementwise }: Optimizer): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const { shape, size, rank } = item.entry.variable;
    const key =
      !elementwise || size > SHORT ? `alone ${item.entry.name}` : rank === 1 ? 'vectors' : `[${shape}]`;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function clipped(gradients: tf.Tensor[], { value, norm }: { value?: number; norm?: number }): tf.Tensor[] {
  let result = value === undefined ? gradients : gradients.map((g) => tf.clipByValue(g, -value, value));
  if (norm !== undefined) {
    const length = tf.sqrt(tf.addN(result.map((g) => tf.sum(tf.square(g)))));
    const factor = tf.minimum(1, tf.div(norm, tf.maximum(length, 1e-12)));
    result = result.map((g) => tf.mul(g, factor));
  }
  return result;
}
