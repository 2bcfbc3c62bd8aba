export type { EngineName } from './engines/engine.js';
export { type SharedTensor, shareTensors, unshareTensors } from './parallel/share-tensors.js';
export { type BackendSelection, type UseBackendOptions, useBackend } from './use-backend.js';
