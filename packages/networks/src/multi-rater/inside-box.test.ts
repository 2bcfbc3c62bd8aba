import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { insideBox } from './inside-box.js';

beforeAll(() => tf.setBackend('cpu'));

const boxOf = (rows: string[][], margin: number, present = rows.map(() => 1)) => {
  const [height, width] = [rows[0]!.length, rows[0]![0]!.length];
  return tf.tidy(() => {
    const masks = rows.map((lines) => tf.tensor2d(lines.map((line) => [...line].map(Number))));
    const raters = tf.reshape(tf.stack(masks, 2), [1, height, width, 1, rows.length]) as tf.Tensor5D;
    const box = insideBox(raters, tf.tensor3d(present, [1, 1, rows.length]), margin);
    return (tf.reshape(box, [height, width]) as tf.Tensor2D).arraySync().map((line) => line.join(''));
  });
};

it('insideBox spans the union of all raters, holes and gaps included, and its margin', () => {
  const [first, second] = [
    ['000000', '010000', '000000', '000000', '000000'],
    ['000000', '000000', '000000', '000100', '000000'],
  ];
  expect(boxOf([first!, second!], 0)).toEqual(['000000', '011100', '011100', '011100', '000000']);
  expect(boxOf([first!, second!], 1)).toEqual(['111110', '111110', '111110', '111110', '111110']);
  expect(boxOf([first!, second!], 0, [1, 0])).toEqual(['000000', '010000', '000000', '000000', '000000']);
});

it('insideBox is empty where all masks are', () => {
  expect(boxOf([['00', '00']], 2)).toEqual(['00', '00']);
});
