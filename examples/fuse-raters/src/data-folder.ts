import { fileURLToPath } from 'node:url';

/** Where the tests look for real data: `DIFF_DATA`, or `../shared/data` beside the repository. */
export const dataFolder =
  process.env.DIFF_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
