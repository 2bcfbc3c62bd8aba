import { expect, test } from 'vitest';
import { area } from '../../fixtures/read.js';
import { bestShift } from './best-shift.js';

test('the best shift is where the Dice coefficient is highest, by trying all', () => {
  const frame = { width: 20, height: 16 };
  const window = { width: 7, height: 6 };
  const mask = Uint8Array.from({ length: 320 }, (_, i) =>
    Number(Math.hypot((i % 20) - 9, Math.floor(i / 20) - 7) < 3),
  );
  const reference = Float32Array.from(
    { length: 42 },
    (_, i) => 1 / (1 + Math.hypot((i % 7) - 2, Math.floor(i / 7) - 3)),
  );
  const total = area(mask)! + area(reference)!;
  let best = 0;
  for (let top = -20; top < 30; top++) {
    for (let left = -20; left < 30; left++) {
      let shared = 0;
      for (let i = 0; i < 42; i++) {
        const [x, y] = [left + (i % 7), top + Math.floor(i / 7)];
        if (x >= 0 && y >= 0 && x < 20 && y < 16) shared += mask[y * 20 + x]! * reference[i]!;
      }
      best = Math.max(best, (2 * shared) / total);
    }
  }
  expect(bestShift(mask, frame, reference, window)!.dice).toBeCloseTo(best, 6);
  expect(bestShift(new Uint8Array(320), frame, reference, window)).toBeUndefined();
});
