import { expect, it } from 'vitest';
import { convAxes } from './conv-geometry.js';
import { stockServes } from './threads.js';

it('leaves to the stock kernels what their threads do faster, and not what they do wrong', () => {
  const axes = (stride: number) => convAxes('', [1, 8, 8, 1], [2, 2, 1, 1], { strides: stride, pad: 'same' });
  expect(stockServes({ pad: 'same' }, axes(2), 1)).toBe(false);
  expect(stockServes({ pad: 'same' }, axes(2), 4)).toBe(true);
  expect(stockServes({ pad: 'valid' }, axes(3), 4)).toBe(true);
  expect(stockServes({ pad: 'same' }, axes(3), 4)).toBe(false);
  expect(stockServes({ pad: 1 }, axes(1), 4)).toBe(false);
});
