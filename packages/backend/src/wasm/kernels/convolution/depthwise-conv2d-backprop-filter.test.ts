import { it } from 'vitest';
import { expectGradients } from '../../fixtures/parity.js';
import { depthwise, expectCpuGradient, expectDefinition, operands, strided } from './fixtures/cases.js';

it('the gradient of depthwise by its filter is that of its definition', () =>
  expectDefinition('depthwise', 1));

it('without dilation it is that of the cpu engine', () => expectCpuGradient('depthwise', 1));

it('it and that by the input are the numerical ones', () =>
  expectGradients(depthwise(strided), operands(strided)));
