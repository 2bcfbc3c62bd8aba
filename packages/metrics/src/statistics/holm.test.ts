import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from './holm.js';

test('corrects as p.adjust of R does', () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm")
  expect(holm([0.01, 0.04, 0.03, 0.005, 0.5])).toEqual([0.04, 0.09, 0.09, 0.025, 0.5]);
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
  expect(holm([0.02])).toEqual([0.02]);
});

test('rejects what the step-down procedure rejects, at every level', () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(p, { minLength: 1, maxLength: 8 }), p, (values, level) => {
      const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
      const rejected = new Set<number>();
      for (const [k, i] of order.entries()) {
        if (Math.min(1, (values.length - k) * values[i]!) > level) break;
        rejected.add(i);
      }
      expect(holm(values).map((adjusted) => adjusted <= level)).toEqual(
        values.map((_, i) => rejected.has(i)),
      );
    }),
  );
});

test('refuses what is no probability', () => {
  expect(() => holm([0.1, 1.2])).toThrow(
    new RangeError('holm: pValues[1] is 1.2, expected a number from 0 to 1'),
  );
  expect(() => holm([Number.NaN])).toThrow(RangeError);
  expect(() => holm([])).toThrow(new RangeError('holm: pValues is empty, expected at least one value'));
  expect(() => holm(null as never)).toThrow(TypeError);
});
