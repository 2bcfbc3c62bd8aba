// Runs inside each worker of `parallelMap`. Plain JavaScript, since a worker loads it as it stands, from src and dist alike.
import { workerData } from 'node:worker_threads';

const { module, shared } = workerData;

/** Once a worker, on its first item. */
let ready;

async function prepare() {
  if (module.endsWith('.ts')) await readTypeScript();
  const { default: work, setup } = await import(module);
  if (typeof work !== 'function')
    throw new TypeError(`${module} has a default export of type ${typeof work}, expected a function`);
  await setup?.(shared);
  return work;
}

/** A thread of Node reads TypeScript by tsx; other runtimes, and a Node that has no tsx, by themselves if at all. */
const readTypeScript = () =>
  import('tsx/esm/api').then(
    ({ register }) => register(),
    () => {},
  );

export default async ({ item, index }) => {
  try {
    ready ??= prepare();
    const work = await ready;
    // Copied here, where it is an error like any other if it cannot be; on its way it would end the worker.
    return { value: structuredClone(await work(item, { index, shared })) };
  } catch (error) {
    return { error: passable(error) };
  }
};

/** Of an error only what is an Error passes between threads, and a DOMException loses its message. */
function passable(error) {
  if (error instanceof DOMException) return new TypeError(error.message);
  return error instanceof Error ? error : new Error(String(error));
}
