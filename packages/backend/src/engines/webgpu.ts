import * as tf from '@tensorflow/tfjs-core';
import { find, host, inNode } from '../host/host.js';
import { Absent, Trouble } from '../host/trouble.js';
import type { Start } from './engine.js';

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

export const startWebgpu: Start = async ({ asked }) => {
  const { gpu, publish } = present() ?? (await dawn());
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Absent('there is no GPU that WebGPU can use', inNode() ? vulkan : chrome);
  const device = describe(adapter);
  if (!asked && isSoftware(adapter))
    throw new Absent(
      `its only device, ${device}, is software, which is slower than wasm`,
      `${inNode() ? vulkan : chrome}; to have it all the same, ask for webgpu by name`,
    );
  publish?.();
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!tf.findBackendFactory('webgpu'))
    throw new Trouble(
      '@tensorflow/tfjs-backend-webgpu was imported before there was a navigator.gpu',
      'call useBackend before you import it, or leave the import to useBackend',
    );
  // The packages of TensorFlow.js are released together, and this one does not export its version.
  return { backend: 'webgpu', device: `GPU, ${device}`, version: tf.version_core };
};

const vulkan =
  "install the GPU's driver and Vulkan's loader (apt install libvulkan1; `vulkaninfo --summary` lists what it finds)";
const chrome = 'see chrome://gpu, and https://caniuse.com/webgpu for the browsers that have it';

interface Source {
  gpu: Gpu;
  /** Puts `gpu` where TensorFlow.js looks for it. */
  publish?: () => void;
}

function present(): Source | undefined {
  const { gpu } = (globalThis as { navigator?: { gpu?: Gpu } }).navigator ?? {};
  return gpu && { gpu };
}

/** WebGPU in Node: Dawn, Chromium's implementation, from the npm package `webgpu`. */
async function dawn(): Promise<Source> {
  if (!inNode()) throw new Absent('this browser has no WebGPU', chrome);
  // A variable, so that bundlers do not look for a package that is optional.
  const name = 'webgpu';
  if (!find(host().require, name))
    throw new Absent('the npm package webgpu is not installed', 'npm install webgpu');
  const { create, globals } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as {
    create(options: string[]): Gpu;
    globals: object;
  };
  const gpu = create([]);
  const publish = () => {
    Object.assign(globalThis, globals);
    // Node 21 brought a navigator, without a gpu.
    const navigator = (globalThis as { navigator?: object }).navigator ?? {};
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
  };
  return { gpu, publish };
}

function describe({ info }: Adapter): string {
  const maker = [info?.vendor, info?.architecture].filter(Boolean).join(' ');
  return info?.description || info?.device || maker || 'unnamed';
}

function isSoftware({ info }: Adapter): boolean {
  const words = [info?.vendor, info?.architecture, info?.device, info?.description].join(' ');
  return !!info?.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(words);
}
