export { duration } from '../terminal/duration.js';
export { interruptible } from '../terminal/interrupt.js';
export { type LineStream, type StatusLineOptions, statusLine } from '../terminal/status-line.js';
export { numberWithin, wholeNumber } from './option-values.js';
export { runShown, type ShownOptions, withRunOptions } from './run-command.js';
export { runProgram } from './run-program.js';
