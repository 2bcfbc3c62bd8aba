// Reads mutated files and tells each outcome: node read-hostile.ts <folder> <seed>. Ended by its parent, or after a round.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DataError,
  encodeNifti,
  encodePng,
  encodeTiff,
  type LayoutName,
  openAny,
  phantom,
  readImage,
  write,
} from '@diff/datasets';
import { randomStream } from '@diff/train';
import sharp from 'sharp';
import { LOSSES } from '../../packages/datasets/src/writers/losses.js';
import { damages } from './damage.js';

const [place, seed] = process.argv.slice(2) as [string, string];
const random = randomStream(Number(seed));
const send = (message: object) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

/** More that a hostile hand would do. */
const mutations: typeof damages = {
  ...damages,
  'numbers exchanged': (bytes) => {
    const changed = Buffer.from(bytes);
    const extremes = [0, 1, 0x7f, 0x80, 0xff];
    for (let i = 0; i < 4; i++)
      changed[random.integer(Math.min(bytes.length, 400))] = extremes[random.integer(5)]!;
    return changed;
  },
  'a part twice': (bytes) => {
    const at = random.integer(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.integer(at + 1))]);
  },
};

/** Errors of ours say who found what: of another error, nobody thought. */
const isNamed = (error: unknown) =>
  error instanceof DataError ||
  (error instanceof Error && /^[\w./ -]+: .*(expected|is|has|no )/.test(error.message));

async function attempt(kind: string, read: () => Promise<unknown>) {
  await send({ reading: kind });
  const memory = process.memoryUsage().rss;
  const start = process.cpuUsage();
  let failure: string | undefined;
  try {
    await read();
  } catch (error) {
    if (!isNamed(error)) failure = String((error as Error).stack ?? error);
  }
  const { user, system } = process.cpuUsage(start);
  const [seconds, grown] = [(user + system) / 1e6, (process.memoryUsage().rss - memory) / 2 ** 20];
  if (seconds > 5) failure ??= `took ${seconds.toFixed(1)} s`;
  if (grown > 300) failure ??= `took ${grown.toFixed(0)} MB`;
  await send({ kind, ...(failure && { failure }) });
}

const size = { width: 12, height: 9 };
const values = Float32Array.from({ length: 12 * 9 }, (_, i) => (i % 7) / 6);
const nifti = await encodeNifti(values, size);
const raw = sharp(
  Uint8Array.from(values, (value) => 255 * value),
  { raw: { ...size, channels: 1 } },
);
const images: Record<string, Uint8Array> = {
  '.png': await encodePng({ ...size, data: values, channels: 1 }, { bits: 16 }),
  '.tiff': await encodeTiff(values, size),
  '.nii.gz': nifti,
  '.nii': gunzipSync(nifti),
  '.jpg': await raw.clone().jpeg().toBuffer(),
  '.webp': await raw.clone().webp().toBuffer(),
};
mkdirSync(place, { recursive: true });
for (let i = 0; i < 6; i++)
  for (const [extension, whole] of Object.entries(images))
    for (const [how, mutate] of Object.entries(mutations)) {
      const path = join(place, `a${extension}`);
      writeFileSync(path, mutate(Buffer.from(whole), random));
      await attempt(`${extension}, ${how}`, () => readImage(path));
    }

const layouts: [LayoutName, Parameters<typeof phantom>[0]][] = [
  ['lidc', 'lung'],
  ['refuge2', 'fundus'],
  ['papila', 'fundus'],
  ['isic-2016', 'skin'],
  ['riga', 'fundus'],
  ['gleason', 'lung'],
  ['qubiq', 'lung'],
  ['folder', 'skin'],
  ['ddti', 'thyroid'],
  ['tnscui', 'thyroid'],
  ['bu-bil', 'lung'],
];
for (const [layout, kind] of layouts) {
  const root = join(place, layout);
  rmSync(root, { recursive: true, force: true });
  try {
    await write(phantom(kind, { cases: 3, size: 16, seed: 1 }), root, layout, {
      allow: LOSSES,
    });
  } catch {
    continue;
  }
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(root, name)).isFile());
  for (let i = 0; i < 4; i++)
    for (const [how, mutate] of Object.entries(mutations)) {
      const name = files[random.integer(files.length)]!;
      const path = join(root, name);
      const whole = readFileSync(path);
      if (!whole.length) continue;
      writeFileSync(path, mutate(whole, random));
      await attempt(`${layout}, ${extname(name)}, ${how}`, async () => {
        const dataset = await openAny(root);
        for await (const one of dataset.cases()) void one;
      });
      writeFileSync(path, whole);
    }
}
process.disconnect();
