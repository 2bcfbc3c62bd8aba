import { expect, it } from 'vitest';
import { bar } from './bar.js';

it('a bar is as long as what is done, and says 100 % only when it is all', () => {
  expect(bar(0, 4)).toBe('░░░░   0 %');
  expect(bar(0.5, 4)).toBe('██░░  50 %');
  expect(bar(0.53125, 4)).toBe('██▏░  53 %');
  expect(bar(0.999, 4)).toBe('███▉  99 %');
  expect(bar(1, 4)).toBe('████ 100 %');
  expect(bar(7, 4)).toBe('████ 100 %');
});
