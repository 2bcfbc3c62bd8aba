export {
  check,
  checkBoolean,
  checkCallbacks,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkSeed,
  checkSignal,
  checkString,
  fail,
  oneOf,
} from './check.js';
export { checkList, checkNumbers, checkShape, checkValues } from './check-array.js';
export { checkOptions } from './check-options.js';
export { namesInOrder } from './names-in-order.js';
export { nearest } from './nearest.js';
export { show } from './show.js';
