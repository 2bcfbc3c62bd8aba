import { check, checkString } from '@diff/checks';

/**
 * The worker module `name` beside the module `here`, for `parallelMap`: a `.ts` file where `here` is one, as in a package
 * that runs from its sources, else a `.js` file, as in what is built of it.
 *
 * @param here The `import.meta.url` of the module that asks.
 * @throws TypeError or RangeError for what is no URL, and no name.
 */
export function workerBeside(here: string, name: string): URL {
  const isUrl = typeof here === 'string' && URL.canParse(here);
  check(isUrl, 'workerBeside', 'here', here, 'the URL of a module', 'string');
  checkString('workerBeside', 'name', name);
  return new URL(`./${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
}
