// The packages' sources are TypeScript, which a worker reads only so.
import { register } from 'tsx/esm/api';

register();
const { useBackend } = await import('@diff/backend');
const { store } = await import('./run-folder.ts');
const work = {
  figure2: (await import('./figure2-cell.ts')).figure2Cell,
  lidc: (await import('./lidc-fold.ts')).lidcFold,
};

export const setup = () => useBackend({ prefer: 'wasm' });

export default async function run(job, { shared }) {
  const started = performance.now();
  const result = await work[job.kind](job.settings);
  store(shared.folder, job, { result, seconds: (performance.now() - started) / 1000 });
  return result;
}
