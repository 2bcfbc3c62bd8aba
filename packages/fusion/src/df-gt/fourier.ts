import { checkNumber, checkOptions } from '@diff/checks';
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkFit, checkFreeMaps } from './check-fit.js';
import type { Expertness } from './expertness.js';
import { normalValues, streamSeed } from './random.js';

export interface FourierOptions {
  /** Amplitudes fall as 1 / frequency^decay, from 0 to 10. Default 1, as in lucid. */
  decay?: number;
  /** Standard deviation of the start. Default 0: exactly the mean vote. Released code: 0.01. */
  initialScale?: number;
  /** Default 0.05. */
  learningRate?: number;
  /** Default 120. */
  iterations?: number;
  /** A sigmoid before the softmax, as in `expG`: two raters' weights differ by a factor of e at most. Default: false. */
  bounded?: boolean;
}

/**
 * Values in the frequency domain: a map is the inverse discrete Fourier transform of its spectrum, whose amplitudes are
 * scaled by 1 / max(f, 1 / max(H, W)), over 4. One step of the optimiser then moves low frequencies most.
 *
 * x[i, j] = 1 / (4 √(HW)) · Σ_u Σ_v c_v · s_uv · (a_uv cos φ − b_uv sin φ), φ = 2π (u i / H + v j / W), over half the
 * frequencies v (c_v = 2 where the other half is its mirror image, else 1). It is computed as matrix products with
 * cosine and sine bases, whose gradient exists on every engine.
 *
 * Source: paper, §3.2.1 ("Fourier"); lucid's `fft_image`, as the released code uses it.
 */
export function fourier(options: FourierOptions = {}): Expertness {
  checkOptions('fourier', options, ['decay', 'initialScale', 'learningRate', 'iterations', 'bounded']);
  const { decay = 1, initialScale = 0, learningRate = 0.05, iterations = 120 } = options;
  const { bounded = false } = options;
  checkNumber('fourier', 'decay', decay, 0, 10);
  checkFit('fourier', { learningRate, iterations });
  checkFreeMaps('fourier', { initialScale, bounded });
  return {
    name: 'fourier',
    key: `fourier ${decay} ${initialScale}${bounded ? ' bounded' : ''}`,
    learningRate,
    iterations,
    create({ batch, height, width, raters }, seed) {
      const half = Math.floor(width / 2) + 1;
      const rows = basis(height, height);
      const columns = basis(half, width);
      const scale = tf.tensor2d(spectrumScale(height, width, decay), [height, half]);
      const start = (part: number) =>
        tf.tidy(() => {
          const one = normalValues(raters * height * half, initialScale, streamSeed(seed, part));
          return tf.variable(tf.tile(tf.tensor4d(one, [1, raters, height, half]), [batch, 1, 1, 1]));
        });
      const real = start(0);
      const imaginary = start(1);

      const logits = () =>
        tf.tidy(() => {
          const rowsFirst = (x: Tensor) =>
            tf.reshape<Rank.R2>(tf.transpose(tf.mul(x, scale), [2, 0, 1, 3]), [
              height,
              batch * raters * half,
            ]);
          const columnsLast = (x: Tensor) => tf.reshape<Rank.R2>(x, [height * batch * raters, half]);
          const [a, b] = [rowsFirst(real), rowsFirst(imaginary)];
          // Down the columns, e^{+iφ}: the basis is symmetric, so it multiplies from the left.
          const re = columnsLast(tf.sub(tf.matMul(rows.cos, a), tf.matMul(rows.sin, b)));
          const im = columnsLast(tf.add(tf.matMul(rows.cos, b), tf.matMul(rows.sin, a)));
          const map = tf.sub(tf.matMul(re, columns.cos), tf.matMul(im, columns.sin)); // (H·B·R) W
          const last = tf.transpose(tf.reshape(map, [height, batch, raters, width]), [1, 0, 3, 2]); // BHWR
          const flat = tf.reshape<Rank.R3>(last, [batch, height * width, raters]);
          return bounded ? tf.sigmoid(flat) : flat;
        });
      const all = [rows.cos, rows.sin, columns.cos, columns.sin, scale, real, imaginary];
      return { variables: [real, imaginary], logits, dispose: () => tf.dispose(all) };
    },
  };
}

/** cos and sin of 2π u i / size, [frequencies, size]. */
function basis(frequencies: number, size: number): { cos: Tensor2D; sin: Tensor2D } {
  const cos = new Float32Array(frequencies * size);
  const sin = new Float32Array(frequencies * size);
  for (let u = 0; u < frequencies; u++) {
    for (let i = 0; i < size; i++) {
      const angle = (2 * Math.PI * ((u * i) % size)) / size;
      cos[u * size + i] = Math.cos(angle);
      sin[u * size + i] = Math.sin(angle);
    }
  }
  return { cos: tf.tensor2d(cos, [frequencies, size]), sin: tf.tensor2d(sin, [frequencies, size]) };
}

/** c_v / max(f, 1 / max(H, W))^decay / (4 √(HW)), [H, W / 2 + 1], with f the frequency in cycles per pixel. */
function spectrumScale(height: number, width: number, decay: number): Float32Array {
  const half = Math.floor(width / 2) + 1;
  const scale = new Float32Array(height * half);
  for (let u = 0; u < height; u++) {
    const fy = Math.min(u, height - u) / height;
    for (let v = 0; v < half; v++) {
      const frequency = Math.max(Math.hypot(fy, v / width), 1 / Math.max(height, width));
      const mirrored = v > 0 && 2 * v !== width ? 2 : 1;
      scale[u * half + v] = mirrored / frequency ** decay / (4 * Math.sqrt(height * width));
    }
  }
  return scale;
}
