export { fileStorage, writeAtomically } from './file-storage.js';
export { loadModel, saveModel } from './model-files.js';
