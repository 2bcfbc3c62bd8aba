import type { BackendSelection, UseBackendOptions } from '@diff/backend';

/** What a visitor may have a training computed by: the best that there is, or one by name. */
export const engines = ['best', 'webgpu', 'wasm'] as const;
export type Engine = (typeof engines)[number];

/** What `useBackend` is asked for. Who names WebGPU has it even in software, and WebAssembly where it does not start. */
export function wanted(engine: Engine): UseBackendOptions {
  if (engine === 'best') return {};
  return { prefer: engine === 'webgpu' ? ['webgpu', 'wasm', 'cpu'] : ['wasm', 'cpu'] };
}

const NAMES: Partial<Record<BackendSelection['name'], string>> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** A sentence about what computes, and why WebGPU does not. */
export function toldOf({
  name,
  device,
  passedOver,
}: Pick<BackendSelection, 'name' | 'device' | 'passedOver'>): string {
  const gpu = passedOver.find((engine) => engine.name === 'webgpu');
  return `Computed by ${NAMES[name] ?? 'plain JavaScript'} (${device})${gpu ? `, not by WebGPU: ${gpu.reason}` : ''}.`;
}
