/** The engines that `useBackend` knows. */
export type EngineName = 'node-gpu' | 'node' | 'webgpu' | 'wasm' | 'cpu';

export interface StartOptions {
  /** How many threads the engine may use; `undefined` leaves it to the engine. */
  threads?: number;
  wasmPaths?: string;
  /** Whether the caller named the engine, and so takes it slow device and all. */
  asked: boolean;
}

export interface Started {
  /** The name under which TensorFlow.js knows the engine. */
  backend: string;
  device: string;
  version: string;
}

/** Registers an engine with TensorFlow.js, or throws an error whose message is the reason, as a clause. */
export type Start = (options: StartOptions) => Promise<Started>;
