import { Worker } from 'node:worker_threads';

/** Ends when the file is another's or gone. */
const HEART = `
const { readFileSync, openSync, writeSync, closeSync } = require('node:fs');
const { parentPort, workerData: { path, text, beat } } = require('node:worker_threads');
const timer = setInterval(() => {
  try {
    if (readFileSync(path, 'utf8') === text) {
      const file = openSync(path, 'r+');
      writeSync(file, text, 0);
      return closeSync(file);
    }
  } catch (error) {
    // A file system may be away for a while.
    if (error.code !== 'ENOENT') return;
  }
  clearInterval(timer);
  parentPort.postMessage('lost');
}, beat);
`;

/**
 * Writes a file again and again, as a sign of life, in a thread: this one may compute for minutes.
 *
 * @param beat Milliseconds between two signs.
 * @param onLost Called once where the file says something else or is gone.
 * @returns what ends it.
 */
export function startHeart(
  path: string,
  text: string,
  beat: number,
  onLost: () => void,
): () => Promise<unknown> {
  const heart = new Worker(HEART, { eval: true, execArgv: [], workerData: { path, text, beat } });
  heart.unref();
  heart.once('message', onLost);
  return () => heart.terminate();
}
