export { fileStorage, writeAtomically } from './file-storage.js';
export { makeFolder } from './make-folder.js';
export { loadModel, saveModel } from './model-files.js';
