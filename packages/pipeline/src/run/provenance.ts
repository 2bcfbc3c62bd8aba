import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { BackendSelection } from '@diff/backend';
import type { Provenance } from '../folder/results.js';

const packages = [
  ...['backend', 'datasets', 'fusion', 'metrics', 'networks', 'tg-model', 'train'].map(
    (name) => `@diff/${name}`,
  ),
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
];

/** What made a run. */
export function provenance(
  { name, device, version }: BackendSelection,
  rest: Pick<Provenance, 'command' | 'workers' | 'dataHash' | 'started' | 'finished'>,
): Provenance {
  const require = createRequire(import.meta.url);
  const versions = packages.map((one) => [one, require(`${one}/package.json`).version as string]);
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    ...rest,
    versions: { ...Object.fromEntries(versions), node: process.version },
    engine: { name, device, version },
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${memory} GiB, ${platform()} ${release()} ${arch()}`,
  };
}
