import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { compute, expectClose, expectParity, uniform } from '../../fixtures/parity.js';

describe('einsum on wasm', () => {
  it('is that of the cpu engine', async () => {
    const sizes: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, k: 6 };
    for (const equation of [
      'ij,jk->ik',
      'bij,bjk->bik',
      'bhij,bhjk->bhik',
      'bij,kj->bki',
      'ij,ij->',
      'ij->ji',
      'bij->b',
      'i,j->ij',
      'bhi,j->ijbh',
      'bi,bi->b',
    ])
      await expectParity(
        (...x) => tf.einsum(equation, ...x),
        equation
          .split('->')[0]!
          .split(',')
          .map((term, n) =>
            uniform(
              [...term].map((letter) => sizes[letter]!),
              n + 1,
            ),
          ),
        1e-5,
      );
  });

  it('sums what one tensor alone has before the product', async () => {
    const inputs = [uniform([4, 5], 1), uniform([6], 2)];
    const expected = await compute('cpu', (x, y) => tf.mul(tf.sum(x, 1, true), y), inputs);
    expectClose(await compute('wasm', (x, y) => tf.einsum('ij,k->ik', x, y), inputs), expected, 1e-6);
  });
});
