import { expect, test } from 'vitest';
import { labelsOf, labelsOfPixels } from './labels.js';

const plain = (labels: ReturnType<typeof labelsOf>) =>
  labels && Object.fromEntries([...labels].map(([label, mask]) => [label, [...mask].join('')]));

test('one value beside 0 is inside, whatever it is; nothing at all is an empty mask', () => {
  expect(plain(labelsOf([0, 255, 0]))).toEqual({ 255: '010' });
  expect(plain(labelsOf([0, 1, 1]))).toEqual({ 1: '011' });
  expect(plain(labelsOf([0, 0.5, 0.5]))).toEqual({ '0.5': '011' });
  expect(plain(labelsOf([0, 0]))).toEqual({ 1: '00' });
});

test('few small numbers are labels', () => {
  expect(plain(labelsOf([0, 1, 2, 1, 7]))).toEqual({ 1: '01010', 2: '00100', 7: '00001' });
});

test('levels that are nearly all black or white are inside above half; a picture is none', () => {
  const smooth = [...Array(60).fill(0), 90, 200, ...Array(40).fill(255)];
  expect(plain(labelsOf(smooth))).toEqual({ 255: `${'0'.repeat(61)}${'1'.repeat(41)}` });
  const degrees = [...Array(60).fill(0), 0.3, 0.6, ...Array(40).fill(1)];
  expect(plain(labelsOf(degrees))).toEqual({ 1: `${'0'.repeat(61)}${'1'.repeat(41)}` });
  expect(labelsOf(Array.from({ length: 256 }, (_, i) => i))).toBeUndefined();
  expect(labelsOf([-1000, 40, 30])).toBeUndefined();
});

const pixels = (...rgba: number[][]) => ({ data: rgba.flat(), width: rgba.length, height: 1 });
const [black, red, green, clear] = [
  [0, 0, 0, 255],
  [255, 0, 0, 255],
  [0, 255, 0, 255],
  [255, 255, 255, 0],
];

test('each colour beside black is a label, transparent is outside', () => {
  expect(plain(labelsOfPixels(pixels(black!, red!, green!, red!)))).toEqual({
    '#ff0000': '0101',
    '#00ff00': '0010',
  });
  const white = [255, 255, 255, 255];
  expect(plain(labelsOfPixels(pixels(clear!, white, clear!)))).toEqual({ 255: '010' });
});

test('many colours, or none that is black, are a photograph', () => {
  const many = Array.from({ length: 40 }, (_, i) => [6 * i, 40, 255 - i, 255]);
  expect(labelsOfPixels(pixels(...many))).toBeUndefined();
  expect(labelsOfPixels(pixels(red!, green!))).toBeUndefined();
});
