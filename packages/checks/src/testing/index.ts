export { type Hostile, unknownNames } from './hostile-values.js';
export { type Swept, sweep } from './sweep.js';
