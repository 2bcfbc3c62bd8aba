import { it } from 'vitest';
import { expectGradients } from '../../fixtures/parity.js';
import { conv2d, expectCpuGradient, expectDefinition, operands, strided } from './fixtures/cases.js';

it('the gradient of conv2d by its filter is that of its definition', () => expectDefinition('conv2d', 1));

it('without dilation it is that of the cpu engine', () => expectCpuGradient('conv2d', 1));

it('it and that by the input are the numerical ones', () =>
  expectGradients(conv2d(strided), operands(strided)));
