export { fileStorage } from './file-storage.js';
export { loadModel, saveModel } from './model-files.js';
