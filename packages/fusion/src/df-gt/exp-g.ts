import { checkBoolean, checkInteger, checkOneOf, checkOptions } from '@diff/checks';
import type { Rank, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkFit } from './check-fit.js';
import { arctangentProduct } from './composite-arctangent.js';
import type { Expertness } from './expertness.js';
import { normalValues, streamSeed } from './random.js';

export interface ExpGOptions {
  /**
   * `released` (default): eight layers, a sigmoid before the softmax, Adam at 5e-3 for 120 iterations. `paper`: four
   * layers, no sigmoid, Adam at 1e-4 for 125 iterations. Both are of width 24 (the paper names no width). Further
   * options override the preset's.
   */
  preset?: 'released' | 'paper';
  /** 1 × 1 convolutions in total, the last one included; at least 2. */
  layers?: number;
  /** Channels of a hidden layer; the activation doubles them for the next. */
  width?: number;
  /** A sigmoid before the softmax bounds how far two raters' weights may differ: by a factor of e at most. */
  sigmoid?: boolean;
  learningRate?: number;
  iterations?: number;
}

const presets = {
  released: { layers: 8, width: 24, sigmoid: true, learningRate: 5e-3, iterations: 120 },
  paper: { layers: 4, width: 24, sigmoid: false, learningRate: 1e-4, iterations: 125 },
};

/**
 * The Expertness Generator: a coordinate network φ from a pixel's position to one value per rater, scanned over the grid.
 * Being continuous in the position, it cannot draw the high frequencies that fit one network only, and can be evaluated
 * on any grid.
 *
 * Position: (row, column), each from −√3 to √3 (unit variance). Hidden layer: 1 × 1 convolution, then a = arctan(x) and
 * concat(a / 0.67, a² / 0.6). Weights start as N(0, 1 / fan-in), biases and the whole last layer as 0, so that the
 * fusion starts as the mean of the raters. Every case of a batch has weights of its own; a layer is one batched matrix
 * product.
 *
 * Source: paper, Eq. 5 and §3.2.1; `mmapping` in the released code, after lucid's CPPN.
 */
export function expG(options: ExpGOptions = {}): Expertness {
  checkOptions('expG', options, ['preset', 'layers', 'width', 'sigmoid', 'learningRate', 'iterations']);
  const { preset = 'released' } = options;
  checkOneOf('expG', 'preset', preset, ['released', 'paper']);
  const own = presets[preset];
  const { layers = own.layers, width = own.width, sigmoid = own.sigmoid } = options;
  const { learningRate = own.learningRate, iterations = own.iterations } = options;
  checkInteger('expG', 'layers', layers, 2);
  checkInteger('expG', 'width', width, 1);
  checkBoolean('expG', 'sigmoid', sigmoid);
  checkFit('expG', { learningRate, iterations });
  return {
    name: 'expG',
    key: `expG ${layers} ${width} ${sigmoid}`,
    learningRate,
    iterations,
    create(shape, seed) {
      const { batch, raters } = shape;
      const sizes = range(layers, (layer) => ({
        from: layer === 0 ? 2 : 2 * width,
        to: layer === layers - 1 ? raters : width,
      }));
      const start = sizes.flatMap(({ from, to }, layer) => {
        const scale = layer === layers - 1 ? 0 : Math.sqrt(1 / from);
        return [...normalValues(from * to, scale, streamSeed(seed, layer)), ...new Float32Array(to)];
      });
      // One variable for the weights and biases of all layers: an optimiser steps through it at once.
      const parameters = tf.tidy(() =>
        tf.variable(tf.tile(tf.tensor2d(start, [1, start.length]), [batch, 1])),
      );

      const evaluate = (positions: Tensor3D): Tensor3D =>
        tf.tidy(() => {
          const parts = tf.split<Tensor2D>(
            parameters,
            sizes.flatMap(({ from, to }) => [from * to, to]),
            1,
          );
          const weights = sizes.map(({ from, to }, layer) =>
            tf.reshape<Rank.R3>(parts[2 * layer]!, [batch, from, to]),
          );
          const biases = sizes.map(({ to }, layer) =>
            tf.reshape<Rank.R3>(parts[2 * layer + 1]!, [batch, 1, to]),
          );
          let x = tf.matMul<Tensor3D>(positions, weights[0]!); // BNC
          for (let layer = 1; layer < layers; layer++) {
            x = arctangentProduct(x, biases[layer - 1]!, weights[layer]!);
          }
          x = tf.add(x, biases.at(-1)!);
          return sigmoid ? tf.sigmoid(x) : x; // BNR
        });

      const grid = positionGrid(shape.height, shape.width);
      return {
        variables: [parameters],
        logits: () => evaluate(grid),
        logitsOf: (pixels) =>
          tf.tidy(() => evaluate(tf.gather(tf.squeeze<Tensor2D>(grid, [0]), pixels) as Tensor as Tensor3D)),
        logitsAt: (height, wide) => tf.tidy(() => evaluate(positionGrid(height, wide))),
        dispose: () => tf.dispose([grid, parameters]),
      };
    },
  };
}

const range = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Row and column of every pixel, row by row, each linearly from −√3 (first) to √3 (last); [1, H · W, 2]. */
function positionGrid(height: number, width: number): Tensor3D {
  const positions = new Float32Array(height * width * 2);
  const at = (index: number, size: number) =>
    size === 1 ? 0 : Math.sqrt(3) * ((2 * index) / (size - 1) - 1);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      positions[2 * (i * width + j)] = at(i, height);
      positions[2 * (i * width + j) + 1] = at(j, width);
    }
  }
  return tf.tensor3d(positions, [1, height * width, 2]);
}
