import { it } from 'vitest';
import { expectCpuGradient, expectDefinition } from './fixtures/cases.js';

it('the gradient of depthwise by its input is that of its definition', () =>
  expectDefinition('depthwise', 0));

it('without dilation it is that of the cpu engine', () => expectCpuGradient('depthwise', 0));
