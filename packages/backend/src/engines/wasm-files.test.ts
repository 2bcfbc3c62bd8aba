import { expect, it } from 'vitest';
import { beside } from './wasm-files.js';

const simd = (address: string) => beside(address, '4.22.0')?.['tfjs-backend-wasm-simd.wasm'];

it.each([
  [
    'https://unpkg.com/@diff/backend@0.1.0/dist/index.js',
    'https://unpkg.com/@tensorflow/tfjs-backend-wasm@4.22.0/dist/tfjs-backend-wasm-simd.wasm',
  ],
  [
    'https://cdn.jsdelivr.net/npm/@diff/backend@0.1/+esm',
    'https://cdn.jsdelivr.net/npm/@tensorflow/tfjs-backend-wasm@4.22.0/dist/tfjs-backend-wasm-simd.wasm',
  ],
  [
    'http://localhost:5173/node_modules/.pnpm/node_modules/@diff/backend/dist/@tensorflow/x.wasm',
    'http://localhost:5173/node_modules/.pnpm/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  ],
])('from %s follow the files of the engine beside it', (address, files) => {
  expect(simd(address)).toBe(files);
});

it.each(['http://localhost/assets/index-a1b2.js', 'file:///app/node_modules/@diff/backend/dist/index.js'])(
  'from %s follows nothing',
  (address) => expect(simd(address)).toBeUndefined(),
);
