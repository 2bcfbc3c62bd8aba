// Runs inside each worker of `parallelMap`. Plain JavaScript, since a worker loads it as it stands, from src and dist alike.
import { workerData } from 'node:worker_threads';

const { module, shared } = workerData;

/** Once a worker, on its first item. */
let ready;

async function prepare() {
  const { default: work, setup } = await import(module);
  if (typeof work !== 'function')
    throw new TypeError(`${module} has a default export of type ${typeof work}, expected a function`);
  await setup?.(shared);
  return work;
}

export default async ({ item, index }) => {
  try {
    ready ??= prepare();
    const work = await ready;
    return { value: await work(item, { index, shared }) };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
};
