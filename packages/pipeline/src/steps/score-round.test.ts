import { expect, it } from 'vitest';
import { compared } from './score-round.js';

it('compares each structure’s mask with that structure’s references, though it is called by a number', () => {
  const [first, second] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  const references = { '2': { R1: first }, '1': { R1: second } };
  const same = (mask: ArrayLike<number>, reference: ArrayLike<number>) => Number(mask === reference);
  expect(compared({ arm: [first, second] }, references, ['2', '1'], same)).toEqual({
    arm: { '2': { R1: 1 }, '1': { R1: 1 } },
  });
});
