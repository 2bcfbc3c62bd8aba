import type { Tasks } from './worker.js';

/**
 * Runs a task in a worker of its own, which ends with it: whoever no longer wants the result stops the work too.
 *
 * @throws The signal's reason once it is aborted, and what the task throws.
 */
export function inWorker<T extends keyof Tasks>(
  task: T,
  input: Parameters<Tasks[T]>,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Tasks[T]>>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }) =>
      end(() => ('error' in data ? reject(new Error(data.error)) : resolve(data.result)));
    worker.onerror = ({ message }) => end(() => reject(new Error(message)));
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true });
    worker.postMessage([task, ...input]);
  });
}
