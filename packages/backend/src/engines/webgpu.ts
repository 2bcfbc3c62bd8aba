import * as tf from '@tensorflow/tfjs-core';
import type { Start } from './engine.js';
import { found, host, inNode } from './host.js';

interface Adapter {
  info?: {
    vendor: string;
    architecture: string;
    device: string;
    description: string;
    isFallbackAdapter?: boolean;
  };
}
interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}
type Dawn = { create(options: string[]): Gpu; globals: object };

export const startWebgpu: Start = async ({ asked }) => {
  const gpu = theGpu() ?? (await dawn());
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('there is no GPU that WebGPU can use');
  const device = describe(adapter);
  if (!asked && renderedBySoftware(adapter))
    throw new Error(`its only device is ${device}, which is software and slower than wasm`);
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!tf.findBackendFactory('webgpu'))
    throw new Error('@tensorflow/tfjs-backend-webgpu was imported before there was a navigator.gpu');
  // The engine's packages are released together, and this one does not export its version.
  return { backend: 'webgpu', device: `GPU, ${device}`, version: tf.version_core };
};

const theGpu = () => (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;

/** Gives Node the browser's `navigator.gpu`, through the npm package `webgpu` (Dawn). */
async function dawn(): Promise<Gpu> {
  if (!inNode()) throw new Error('this browser has no WebGPU');
  // A variable, so that bundlers do not look for a package that is optional.
  const name = 'webgpu';
  if (!found(host().require, name)) throw new Error('the npm package webgpu is not installed');
  const { create, globals } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Node 21 brought a navigator, without a gpu.
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
  return gpu;
}

function describe({ info }: Adapter): string {
  return (
    info?.description ||
    info?.device ||
    [info?.vendor, info?.architecture].filter(Boolean).join(' ') ||
    'unnamed'
  );
}

function renderedBySoftware({ info }: Adapter): boolean {
  return (
    !!info?.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(Object.values({ ...words(info) }).join(' '))
  );
}

const words = (info: Adapter['info']) => [info?.vendor, info?.architecture, info?.device, info?.description];
