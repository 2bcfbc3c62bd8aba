export { registerWasmTraining } from './register.js';
