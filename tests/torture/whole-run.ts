import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { phantom, write } from '@diff/datasets';
import { checkConfig, type Results, runFolder, runPipeline } from 'diff-pipeline';
import { stringify } from 'yaml';
import { tinySettings } from '../../packages/pipeline/src/fixtures/tiny.js';

/** With what the command line would choose by itself. */
const settings = { ...tinySettings, train: { validation: 0 } };
export const config = checkConfig(settings);

/** What was made without any disturbance: everything else is compared with it. */
export interface Whole {
  /** A finished run. */
  run: string;
  /** Its configuration, a file. */
  settings: string;
  /** Masks and images, in a folder of its own layout. */
  data: string;
}

export async function makeWhole(place: string): Promise<Whole> {
  const whole = { run: join(place, 'run'), settings: join(place, 'tiny.yaml'), data: join(place, 'data') };
  writeFileSync(whole.settings, stringify(settings));
  await runPipeline(config, whole.run, { workers: 2 });
  await write(phantom('lung', { cases: 10, size: 32, seed: 1 }), whole.data, 'folder');
  return whole;
}

/** The numbers of a run, without when and where it was made. */
export function numbersOf(run: string): string {
  const { data, rounds } = JSON.parse(readFileSync(runFolder(run).results, 'utf8')) as Results;
  return JSON.stringify([data, rounds.map(({ seconds: _, ...rest }) => rest)]);
}

/** How a run differs from a whole one: in its numbers, or in a file that has no clock in it. */
export function differenceOfRuns(run: string, whole: string): string | undefined {
  if (numbersOf(run) !== numbersOf(whole)) return 'other numbers in results.json';
  return differenceOfFiles(run, whole, (name) =>
    /\.(?:dfgt|png|yaml)$|gallery\.safetensors$|outlines\.json$/.test(name),
  );
}

/** The first file, of those that are chosen, that is not the same in two folders. */
export function differenceOfFiles(
  folder: string,
  whole: string,
  chosen: (name: string) => boolean = () => true,
): string | undefined {
  const [here, there] = [filesOf(folder), filesOf(whole)];
  const left = [...here.keys()].find((name) => /\.tmp$|\.(?:lock|clock|attempt)-/.test(name));
  if (left) return `${left} was left behind`;
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    if (chosen(name) && here.get(name) !== there.get(name))
      return `${name} ${here.has(name) ? 'differs' : 'is not there'}`;
  }
  return undefined;
}

/** Markers say how long a job took and which attempt it was, and have a checksum of that too. */
const withoutClock = (name: string, bytes: Buffer) =>
  /\.json$/.test(name)
    ? bytes.toString('latin1').replace(/"(?:seconds|sha256|attempt)":(?:[\d.e-]+|"[^"]*")/g, '')
    : bytes;

const filesOf = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(withoutClock(name, readFileSync(join(folder, name))))
          .digest('hex'),
      ]),
  );
