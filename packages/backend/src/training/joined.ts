import * as tf from '@tensorflow/tfjs-core';

/** Numbers of a tensor up to which an operation takes longer to start than to finish. */
const SHORT = 10_000;

/**
 * Items whose tensors can be updated as one: all short vectors together, and short tensors of one
 * shape together, because a network has many of each. A long tensor stays alone.
 */
export function grouped<Item>(items: readonly Item[], tensorOf: (item: Item) => tf.Tensor): Item[][] {
  const groups = new Map<string | Item, Item[]>();
  for (const item of items) {
    const { shape, size, rank } = tensorOf(item);
    const key = size > SHORT ? item : rank === 1 ? 'vectors' : `[${shape}]`;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** The tensors of a group as one: vectors end to end, tensors of one shape with an axis more. */
export function joined(tensors: readonly tf.Tensor[]): tf.Tensor {
  if (tensors.length === 1) return tensors[0]!;
  return tensors[0]!.rank === 1 ? tf.concat([...tensors]) : tf.stack([...tensors]);
}

/** What `joined` made of tensors with these shapes, apart again. */
export function parted(tensor: tf.Tensor, shapes: readonly number[][]): tf.Tensor[] {
  if (shapes.length === 1) return [tensor];
  if (shapes[0]!.length !== 1) return tf.unstack(tensor);
  return tf.split(
    tensor,
    shapes.map(([length]) => length!),
  );
}
