import type { Config } from '../config/schema.js';
import type { LoadedData } from '../steps/load-data.js';
import type { Shared } from './worker.js';

/** What every worker of a run gets. */
export function sharedOf(config: Config, root: string, { cases, unoutlined, summary }: LoadedData): Shared {
  const { structures, raters } = summary;
  const { height, width, channels } = cases[0]!.image;
  return {
    config,
    root,
    engine: config.engine,
    structures,
    raters,
    cases: [...cases, ...unoutlined.cases],
    input: { height, width, channels, structures: structures.length },
  };
}
