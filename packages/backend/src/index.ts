export type { EngineName } from './engines/engine.js';
export { type BackendSelection, type UseBackendOptions, useBackend } from './use-backend.js';
