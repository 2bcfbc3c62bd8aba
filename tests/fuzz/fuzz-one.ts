// Fuzzes one parser and tells what it finds: node fuzz-one.ts <parser> <seconds> <seed> <file for what is being read>.
import { writeFileSync } from 'node:fs';
import { randomStream } from '@diff/train';
import { startCoverage } from './coverage.js';
import { isMistake } from './mistake.js';
import { mutated } from './mutate.js';
import { parsers } from './parsers.js';

export interface Finding {
  why: string;
  /** The file, in base64. */
  file: string;
}

export interface Told {
  parser: string;
  runs: number;
  blocks: number;
  corpus: number;
  finding?: Finding;
}

/** Files between two looks at the coverage, which take longer than to read one. */
const BATCH = 24;

const [name, seconds, seed, place] = process.argv.slice(2) as [string, string, string, string];
const parser = parsers[name]!;
const random = randomStream(Number(seed));
const corpus: Buffer[] = (await parser.seeds()).map((one) => Buffer.from(one));
const coverage = await startCoverage(/\/packages\/[a-z-]+\/src\/(?!.*\.test\.ts)/);
const seen = new Set<string>();
const told: Told = { parser: name, runs: 0, blocks: 0, corpus: 0 };
const found = new Set<string>();
const send = (message: Told) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

for (const file of corpus) {
  const failure = await attempt(file);
  // What is said of a good file is no finding of the parser, but a mistake here.
  if (failure !== undefined) throw new Error(`${name}: a good file is refused: ${failure}`);
}
isNew(await coverage.taken());

const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
  const batch = Array.from({ length: BATCH }, () => mutated(pick(), random, pick()));
  for (const file of batch) await attempt(file);
  if (isNew(await coverage.taken(), false))
    for (const file of batch) {
      await attempt(file);
      if (isNew(await coverage.taken())) corpus.push(file);
    }
  await send({ ...told, blocks: seen.size, corpus: corpus.length });
}
await coverage.stop();
process.disconnect();

function pick(): Buffer {
  // Half of them the newest, which led somewhere.
  const from = random.integer(2) ? Math.max(0, corpus.length - 20) : 0;
  return corpus[from + random.integer(corpus.length - from)]!;
}

function isNew(blocks: readonly string[], keep = true): boolean {
  const fresh = blocks.filter((block) => !seen.has(block));
  if (keep) for (const block of fresh) seen.add(block);
  return fresh.length > 0;
}

/** What is said of a file that is refused. Findings are told. */
async function attempt(file: Buffer): Promise<string | undefined> {
  writeFileSync(place, file);
  told.runs++;
  const [start, memory] = [process.cpuUsage(), process.memoryUsage().rss];
  let said: string | undefined;
  let why: string | undefined;
  try {
    await parser.read(Buffer.from(file));
  } catch (error) {
    said = error instanceof Error ? error.message : `no error: ${error}`;
    if (isMistake(error)) why = `${said}\n${(((error as Error).cause ?? error) as Error).stack}`;
  }
  const { user, system } = process.cpuUsage(start);
  if (user + system > 5e6) why ??= `it took ${(user + system) / 1e6} s`;
  if (process.memoryUsage().rss - memory > 300 * 2 ** 20) why ??= 'it took more than 300 MB';
  // Of one mistake one file is enough.
  const kind = why?.replace(/\d+/g, '0').slice(0, 200);
  if (why !== undefined && !found.has(kind!)) {
    found.add(kind!);
    await send({ ...told, finding: { why, file: file.toString('base64') } });
  }
  return said;
}
