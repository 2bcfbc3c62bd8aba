import { describe, expect, it } from 'vitest';
import { surfaceDice } from '../index.js';

describe('surfaceDice', () => {
  it('within the tolerance are those at it, for inexact spacing too', () => {
    expect(surfaceDice([1, 0, 0, 0], [0, 0, 0, 1], { shape: [4], spacing: [0.1], tolerance: 0.3 })).toBe(1);
  });
});
