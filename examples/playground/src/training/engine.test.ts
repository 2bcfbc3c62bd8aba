import { expect, test } from 'vitest';
import { toldOf, wanted } from './engine.js';

test('the best is what useBackend finds by itself; who names WebGPU falls back to WebAssembly', () => {
  expect(wanted('best')).toEqual({});
  expect(wanted('webgpu')).toEqual({ prefer: ['webgpu', 'wasm', 'cpu'] });
  expect(wanted('wasm')).toEqual({ prefer: ['wasm', 'cpu'] });
});

test('the page says what computes, and why WebGPU does not where it was tried', () => {
  const passedOver = [
    { name: 'node' as const, reason: 'this is a browser', remedy: '' },
    { name: 'webgpu' as const, reason: 'this browser has no WebGPU', remedy: 'another one' },
  ];
  expect(toldOf({ name: 'wasm', device: 'CPU, WebAssembly, 1 thread', passedOver })).toBe(
    'Computed by WebAssembly (CPU, WebAssembly, 1 thread), not by WebGPU: this browser has no WebGPU.',
  );
  expect(toldOf({ name: 'webgpu', device: 'GPU, nvidia hopper', passedOver: [] })).toBe(
    'Computed by WebGPU (GPU, nvidia hopper).',
  );
  expect(toldOf({ name: 'cpu', device: 'CPU, JavaScript', passedOver: [] })).toBe(
    'Computed by plain JavaScript (CPU, JavaScript).',
  );
});
