import { it } from 'vitest';
import { expectParity } from '../../fixtures/parity.js';
import { depthwise, depthwiseCase, operands, some } from './fixtures/cases.js';

it('depthwise conv2d is that of the cpu engine', () =>
  some((any) => {
    const c = depthwiseCase(any);
    return expectParity(depthwise(c), operands(c), 1e-5);
  }));
