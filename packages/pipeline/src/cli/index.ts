export { duration } from '../terminal/duration.js';
export { interruptible } from '../terminal/interrupt.js';
export { type LineStream, type StatusLineOptions, statusLine } from '../terminal/status-line.js';
export { numberWithin, wholeNumber } from './option-values.js';
export { queueOption } from './queue-option.js';
export { runShown, type ShownOptions, withRunOptions } from './run-command.js';
export { runProgram } from './run-program.js';
export { type WorkerProgram, workerCommand } from './worker.js';
