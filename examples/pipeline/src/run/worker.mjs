// The sources are TypeScript, which a worker reads only so. In dist there is worker.js instead.
import { register } from 'tsx/esm/api';

register();
const work = await import('./worker.ts');

export const setup = work.setup;
export default work.default;
