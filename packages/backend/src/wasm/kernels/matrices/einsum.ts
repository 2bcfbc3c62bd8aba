import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

/** A tensor whose axes have the numbers `ids`. */
interface Term {
  ids: number[];
  tensor: tf.Tensor;
}

/**
 * The sum of products of one or two tensors that `equation` names, such as `bij,bjk->bik`: each is summed over the
 * axes that it alone has, then a batched matrix product sums over those that both have and the result has not.
 */
export const einsum = kernel<tf.Tensor[], { equation: string }>(
  tf.Einsum,
  ({ inputs, attrs: { equation } }) => {
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, inputs.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, inputs);
    return tf.tidy(() => {
      const terms = inputs.map((tensor, i): Term => {
        const other = idDims[1 - i] ?? [];
        const alone = (id: number) => summedDims.includes(id) && !other.includes(id);
        const axes = idDims[i]!.flatMap((id, axis) => (alone(id) ? [axis] : []));
        return {
          ids: idDims[i]!.filter((id) => !alone(id)),
          tensor: axes.length ? tf.sum(tensor, axes) : tensor,
        };
      });
      const [a, b] = terms as [Term, Term?];
      // The axes of the result are numbered in their order.
      const result = b ? product(a, b, summedDims) : a;
      return arrange(result, [...result.ids].sort(ascending));
    });
  },
);

const ascending = (x: number, y: number) => x - y;

function product(a: Term, b: Term, summed: number[]): Term {
  const both = a.ids.filter((id) => b.ids.includes(id));
  const batch = both.filter((id) => !summed.includes(id));
  const inner = both.filter((id) => summed.includes(id));
  const rows = a.ids.filter((id) => !both.includes(id));
  const columns = b.ids.filter((id) => !both.includes(id));
  const size = (term: Term, ids: number[]) =>
    ids.reduce((total, id) => total * term.tensor.shape[term.ids.indexOf(id)]!, 1);
  const matrix = (term: Term, first: number[], second: number[]) =>
    tf.reshape(arrange(term, [...batch, ...first, ...second]), [
      size(term, batch),
      size(term, first),
      size(term, second),
    ]);
  const lengths = [...batch, ...rows].map((id) => size(a, [id])).concat(columns.map((id) => size(b, [id])));
  return {
    ids: [...batch, ...rows, ...columns],
    tensor: tf.reshape(tf.matMul(matrix(a, rows, inner), matrix(b, inner, columns)), lengths),
  };
}

function arrange({ ids, tensor }: Term, order: number[]): tf.Tensor {
  return tf.transpose(
    tensor,
    order.map((id) => ids.indexOf(id)),
  );
}
