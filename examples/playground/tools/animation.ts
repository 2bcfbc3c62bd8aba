/**
 * Makes the pictures of README.md: `npm run animation --workspace playground`, two minutes. It writes docs/df-gt.webp, diagnosis-first fusion of
 * a phantom that is told the truth, and then the opposite, and docs/df-gt-still.webp for readers who want nothing to move. The same files
 * on the same engine and fonts.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@diff/backend';
import '@diff/networks';
import { deserializeModel, freeze } from '@diff/train';
import sharp from 'sharp';
import { phantomOf } from '../src/cases/phantom-of.js';
import { type FitState, fitSteps } from '../src/diagnosis/fit.js';
import { judgeStructures, judgeWorld } from '../src/diagnosis/judge-world.js';
import { HEIGHT, painter, type Telling, WIDTH } from './animation-frame.js';

/** Milliseconds of a frame, and of the last one of each fusion: 20 seconds in all. */
const [SHORT, LONG] = [150, 1000];
const docs = (name: string) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

await useBackend({ prefer: 'wasm' });
const judge = await readFile(new URL('../src/diagnosis/judge.safetensors', import.meta.url));
const network = freeze((await deserializeModel(judge)).model);
// A patient whom the network takes for healthy by the mean vote, and who is ill.
const one = await phantomOf({ kind: 'fundus', seed: 1, index: 13, size: judgeWorld.size });

const tellings: Telling[] = [];
for (const diagnosis of [1, 0] as const) {
  const states: FitState[] = [];
  for await (const state of fitSteps(one, diagnosis, 'ExpG', network)) states.push(state);
  // Most happens at the beginning.
  tellings.push({ diagnosis, states: states.filter(({ step }) => step < 34 || step % 3 === 0) });
}

const paint = painter(one, judgeStructures[0], tellings);
const frames: Buffer[] = [];
const delay: number[] = [];
for (const [k, telling] of tellings.entries())
  for (let n = 1; n <= telling.states.length; n++) {
    const now = { ...telling, states: telling.states.slice(0, n) };
    frames.push(await paint([...tellings.slice(0, k), now]));
    delay.push(n < telling.states.length ? SHORT : LONG);
  }

const size = { width: WIDTH, channels: 3 } as const;
const all = Buffer.concat(frames);
const film = await sharp(all, { raw: { ...size, height: HEIGHT * frames.length, pageHeight: HEIGHT } })
  .webp({ quality: 82, effort: 6, minSize: true, delay, loop: 0 })
  .toFile(docs('df-gt.webp'));
await sharp(frames.at(-1)!, { raw: { ...size, height: HEIGHT } })
  .webp({ quality: 85, effort: 6 })
  .toFile(docs('df-gt-still.webp'));
console.log(
  `${frames.length} frames, ${delay.reduce((sum, each) => sum + each, 0) / 1000} s, ${Math.round(film.size / 1000)} kB`,
);
