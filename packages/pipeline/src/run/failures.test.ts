import { describe, expect, it } from 'vitest';
import { explained } from './failures.js';

describe('explained', () => {
  it('knows a full disk by its message, and leaves what is a fault of the program', () => {
    const full = new Error('parallelMap: score: ENOSPC: no space left on device, write');
    expect(explained(full, 'out')).toMatchObject({
      name: 'UserError',
      exitCode: 1,
      message: expect.stringMatching(/^cannot write to out: no space is left on the device; .* goes on$/),
    });
    const bug = new TypeError('x is undefined');
    expect(explained(bug, 'out')).toBe(bug);
  });
});
