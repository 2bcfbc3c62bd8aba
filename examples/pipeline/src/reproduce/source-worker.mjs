// The sources are TypeScript, which a worker thread of Node 20 reads only so.
import { register } from 'tsx/esm/api';

register();
const { default: run, setup } = await import('./worker.ts');

export { run as default, setup };
