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
  optimizer: Optimizer;
}

/** A loss, and the weights that lower it. */
interface Player {
  loss: Task['loss'];
  ahead?: Task['ahead'];
  optimizer: Optimizer;
  trained: Trained[];
}

/** The weights of a model with their optimiser's memory, and the step that changes them. */
export class TrainingState {
  private readonly all: Map<string, tfl.LayerVariable>;
  private readonly trained: Trained[];
  private readonly players: Player[];

  constructor(
    private readonly model: tfl.LayersModel,
    optimizer: Optimizer,
    task: Pick<Task, 'ahead' | 'loss' | 'rivals'>,
  ) {
    this.all = new Map(model.weights.map((weight) => [weight.originalName, weight]));
    if (this.all.size < model.weights.length)
      throw new RangeError(
        'train: two weights of the model bear the same name; give its layers different names',
      );
    const rivals = task.rivals ?? [];
    const players = [{ name: 'the task', loss: task.loss, optimizer }, ...rivals];
    const ownerOf = (weight: string) => rivals.findIndex((rival) => rival.owns(weight)) + 1;
    const entries = model.trainableWeights.map((weight) => ({ weight, owner: ownerOf(weight.originalName) }));
    if (!entries.length) throw new RangeError('train: the model has no trainable weight');
    const idle = players.find((_, index) => entries.every(({ owner }) => owner !== index));
    if (idle) throw new RangeError(`train: ${idle.name} has no trainable weight of the model, expected one`);
    this.trained = entries.map(({ weight, owner }) => ({
      name: weight.originalName,
      variable: weight.read() as tf.Variable,
      slots: players[owner]!.optimizer.slots.map(() => tf.keep(tf.zeros(weight.shape as number[]))),
      optimizer: players[owner]!.optimizer,
    }));
    this.players = players.map((player, index) => ({
      loss: (forward, batch, ahead) => player.loss(forward, batch, ahead),
      ...(index === 0 && task.ahead && { ahead: (given, batch) => task.ahead!(given, batch) }),
      optimizer: player.optimizer,
      trained: this.trained.filter((_, i) => entries[i]!.owner === index),
    }));
  }

  /** Names and shapes of the weights, and which of them are trained. */
  get description(): string[] {
    const trained = new Set(this.trained.map(({ name }) => name));
    return [...this.all].map(
      ([name, { shape }]) => `${name} ${shape.join('×')}${trained.has(name) ? '' : ' fixed'}`,
    );
  }

  /**
   * One step of every player; returns the task's loss, or that of a rival if it is not finite. Nothing but batch norm statistics
   * changes if one is not.
   *
   * @param scale Of every optimiser's learning rate.
   */
  async step(
    batch: Batch,
    scale: number,
    step: number,
    clip: { value?: number; norm?: number },
  ): Promise<number> {
    const moves = this.players.map((player) => ({ player, ...this.gradients(player, batch) }));
    const losses = await Promise.all(moves.map(async ({ value }) => (await value.data())[0]!));
    const odd = losses.find((loss) => !Number.isFinite(loss));
    for (const { player, value, grads } of moves) {
      if (odd === undefined) tf.tidy(() => this.follow(player, grads, scale, step, clip));
      tf.dispose([value, ...Object.values(grads)]);
    }
    return odd ?? losses[0]!;
  }

  private gradients({ loss, ahead, trained }: Player, batch: Batch) {
    return tf.tidy(() => {
      const known = ahead?.(this.model, batch);
      return tf.variableGrads(
        () => loss((input) => apply(this.model, input, true), batch, known),
        trained.map(({ variable }) => variable),
      );
    });
  }

  private follow(
    { trained, optimizer }: Player,
    grads: tf.NamedTensorMap,
    scale: number,
    step: number,
    clip: { value?: number; norm?: number },
  ): void {
    const connected = trained.filter(({ variable }) => grads[variable.name]);
    const gradients = clipped(
      connected.map(({ variable }) => grads[variable.name]!),
      clip,
    );
    const entries = connected.map((entry, i) => ({ entry, gradient: gradients[i]! }));
    const groups = optimizer.elementwise
      ? grouped(entries, ({ entry }) => entry.variable)
      : entries.map((each) => [each]);
    for (const group of groups) update(optimizer, group, optimizer.learningRate * scale, step);
  }

  async weights(): Promise<Map<string, Weights>> {
    return read([...this.all].map(([name, variable]) => [name, variable.read()]));
  }

  async tensors(): Promise<Map<string, Weights>> {
    const slots = this.trained.flatMap(({ name, slots, optimizer }) =>
      slots.map((slot, i) => [`${optimizer.slots[i]}/${name}`, slot] as [string, tf.Tensor]),
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
      entry.slots = entry.optimizer.slots.map((slot) => {
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

/** Updates weights as one. */
function update(
  optimizer: Optimizer,
  group: { entry: Trained; gradient: tf.Tensor }[],
  rate: number,
  step: number,
): void {
  const entries = group.map(({ entry }) => entry);
  const shapes = entries.map(({ variable }) => variable.shape);
  const { weight, slots } = optimizer.update(
    joined(entries.map(({ variable }) => variable)),
    joined(group.map(({ gradient }) => gradient)),
    optimizer.slots.map((_, slot) => joined(entries.map((entry) => entry.slots[slot]!))),
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
