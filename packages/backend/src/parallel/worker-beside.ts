/**
 * The worker module `name` beside the module `here`, for `parallelMap`: a `.ts` file where `here` is one, as in a package
 * that runs from its sources, else a `.js` file, as in what is built of it.
 *
 * @param here The `import.meta.url` of the module that asks.
 */
export const workerBeside = (here: string, name: string): URL =>
  new URL(`./${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
