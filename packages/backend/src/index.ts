export type { EngineName } from './engines/engine.js';
export { type BackendSelection, type UseBackendOptions, useBackend } from './engines/use-backend.js';
export { type SharedTensor, shareTensors, unshareTensors } from './parallel/share-tensors.js';
