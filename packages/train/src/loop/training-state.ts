// Bundled, since it is a development dependency: training pulls no engine in.
import { grouped, joined, parted } from '@diff/backend/joined';
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
        const groups = this.optimizer.elementwise
          ? grouped(entries, ({ entry }) => entry.variable)
          : entries.map((each) => [each]);
        for (const group of groups) this.follow(group, learningRate, step);
      });
    tf.dispose([value, ...Object.values(grads)]);
    return loss;
  }

  /** Weights that are updated as one. */
  private follow(group: { entry: Trained; gradient: tf.Tensor }[], rate: number, step: number): void {
    const entries = group.map(({ entry }) => entry);
    const shapes = entries.map(({ variable }) => variable.shape);
    const { weight, slots } = this.optimizer.update(
      joined(entries.map(({ variable }) => variable)),
      joined(group.map(({ gradient }) => gradient)),
      this.optimizer.slots.map((_, slot) => joined(entries.map((entry) => entry.slots[slot]!))),
      rate,
      step,
    );
    const [weights, ...memories] = [weight, ...slots].map((tensor) => parted(tensor, shapes));
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

function clipped(gradients: tf.Tensor[], { value, norm }: { value?: number; norm?: number }): tf.Tensor[] {
  let result = value === undefined ? gradients : gradients.map((g) => tf.clipByValue(g, -value, value));
  if (norm !== undefined) {
    const length = tf.sqrt(tf.addN(result.map((g) => tf.sum(tf.square(g)))));
    const factor = tf.minimum(1, tf.div(norm, tf.maximum(length, 1e-12)));
    result = result.map((g) => tf.mul(g, factor));
  }
  return result;
}
