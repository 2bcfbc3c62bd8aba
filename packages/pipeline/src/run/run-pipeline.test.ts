import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { useBackend } from '@diff/backend';
import { phantom, write } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import { loadExpertness } from '@diff/fusion/df-gt';
import { rocAuc, softDice } from '@diff/metrics';
import { randomStream, readSafetensors } from '@diff/train';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { diffPipeline } from '../fixtures/command-line.js';
import { tinyConfig, tinySettings } from '../fixtures/tiny.js';
import type { GalleryCase, OutlinedCase, Results } from '../folder/results.js';
import { type RunFolder, roundFolder, runFolder } from '../folder/run-folder.js';
import { fusedCase } from '../steps/labels.js';
import { outlinePath } from '../steps/outline-path.js';
import { warningsOf } from './warnings.js';

const root = mkdtempSync(join(tmpdir(), 'diff-run-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const config = join(root, 'tiny.yaml');
const train = (out: string, ...more: string[]) => ['train', config, '--out', out, ...more];
const read = ({ results }: RunFolder) => JSON.parse(readFileSync(results, 'utf8')) as Results;

/** All of the results that must not depend on when and how often the run was stopped. */
const numbers = ({ rounds, data, config: settings, provenance }: Results) => ({
  settings,
  data,
  dataHash: provenance.dataHash,
  rounds: rounds.map(({ seconds: _, ...rest }) => rest),
});

interface LogLine {
  event: string;
  job?: string;
  state?: string;
}
const logOf = (folder: RunFolder) =>
  readFileSync(folder.log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);

type Place = readonly [x: number, y: number];

/** Pixels inside with a neighbour outside. */
const surfaceOf = (plane: ArrayLike<number>, size: number): Place[] => {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < size && y < size && plane[y * size + x]! > 0.5;
  return Array.from({ length: size * size }, (_, p): Place => [p % size, Math.floor(p / size)]).filter(
    ([x, y]) =>
      inside(x, y) && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1)),
  );
};

/** The 95th percentile of the distances from some places to the nearest of others, linear between neighbours. */
const near95 = (from: Place[], to: Place[]) => {
  const near = from
    .map(([x, y]) => Math.min(...to.map(([u, v]) => Math.hypot(u - x, v - y))))
    .sort((a, b) => a - b);
  const at = 0.95 * (near.length - 1);
  const low = Math.floor(at);
  return near[low]! + (at - low) * ((near[low + 1] ?? near[low]!) - near[low]!);
};

const whole = runFolder(join(root, 'whole'));
let results: Results;
beforeAll(async () => {
  await useBackend({ prefer: 'cpu' });
  writeFileSync(config, stringify(tinySettings));
  const { code, stdout, stderr } = await diffPipeline(train(whole.root, '--workers', '2'));
  expect(`${code} ${code ? stderr : ''}`).toBe('0 ');
  expect(stdout).toContain('12 test cases, 6 of them ill; trained on 12 in one round; wasm.');
  expect(stdout).toMatch(
    /^T&G on DF-GT +0\.\d{3} \[.*AUC of T&G on DF-GT less that of Baseline-Seg.*^Done in .*report\.html$/ms,
  );
  // First what came of whom to trust, at the end what was learned about the raters.
  expect(stdout).toMatch(
    /^Whom to trust, learned from diagnosed cases: on 12 new cases the AUC by Baseline-Dia is [01]\.\d{3}, by the mean vote/m,
  );
  expect(stdout).toMatch(/^rater +weight\n(R\d +0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]\n){7}\nDone in/m);
  expect(readFileSync(whole.report, 'utf8')).toContain('T&amp;G on DF-GT');
  // The end of a step is always told; the time left only where it can be guessed.
  expect(stderr).toMatch(
    /^\S+Z predict: 36 of 36 cases, [\d.]+ (s|min \d\d s)(, about [\d.]+ (s|min \d\d s) left)?$/m,
  );
  results = read(whole);
}, 600_000);

describe('a run', () => {
  const [round] = [() => results.rounds[0]!];
  const files = roundFolder(whole.round(0));
  const arms = ['T&G on DF-GT', 'Baseline-Seg on STAPLE', 'Baseline-Seg on Shared'];

  it('splits by patient: nobody is trained on and tested', () => {
    const { train: trained, test, cases } = round();
    expect(trained).toHaveLength(12);
    expect(test.filter((id) => trained.includes(id))).toEqual([]);
    expect(cases.map(({ id }) => id)).toEqual(test);
    expect(cases.filter(({ diagnosis }) => diagnosis === 1)).toHaveLength(6);
  });

  it('scores what the kept predictions and the drawn masks give', async () => {
    const { size, prevalence } = results.config.data;
    const drawn = phantom('fundus', { cases: 24, size, prevalence, seed: 0 });
    let compared = 0;
    for await (const { id, annotations } of drawn.cases()) {
      const scored = round().cases.find((one) => one.id === id);
      if (!scored) continue;
      for (const [structure, masks] of Object.entries(annotations)) {
        const mean = meanVote(Object.values(masks));
        for (const arm of arms) {
          const { data, info } = await sharp(files.prediction(arm, structure, id))
            .toColourspace('grey16')
            .raw({ depth: 'ushort' })
            .toBuffer({ resolveWithObject: true });
          expect([info.width, info.height]).toEqual([size, size]);
          const map = Array.from({ length: size * size }, (_, i) => data.readUInt16LE(2 * i) / 65535);
          const told = scored.softDice[arm]![structure]!;
          expect(told.MV).toBeCloseTo(softDice(map, mean), 6);
          const far = scored.hd95![arm]![structure]!;
          for (const [name, mask] of [['MV', mean], ...Object.entries(masks)] as const) {
            const [a, b] = [map, mask].map((plane) => surfaceOf(plane, size));
            if (a!.length && b!.length)
              expect(far[name]).toBeCloseTo(Math.max(near95(a!, b!), near95(b!, a!)), 9);
            else expect(far[name]).toBeUndefined();
          }
          for (const [rater, mask] of Object.entries(masks))
            expect(told[rater]).toBeCloseTo(softDice(map, mask), 6);
          expect(Object.keys(told)).toEqual([...Object.keys(masks), 'MV', 'STAPLE', 'DF-GT', 'Shared']);
          compared++;
        }
        expect(scored.softDice.MV![structure]!.MV).toBe(1);
      }
    }
    expect(compared).toBe(12 * 2 * 3);
  });

  it('asks every judge about every mask, and noMask says the same of all', () => {
    const masks = [...arms, 'MV', 'STAPLE', 'DF-GT', 'Shared'];
    for (const { logits } of round().cases) {
      expect(Object.keys(logits)).toEqual(['Baseline-Dia', 'noMask']);
      expect(Object.keys(logits['Baseline-Dia']!)).toEqual(masks);
      for (const mask of masks) expect(logits.noMask![mask]).toBeCloseTo(logits.noMask!.MV!, 4);
    }
    const { cases } = round();
    const auc = rocAuc(
      cases.map(({ diagnosis }) => diagnosis),
      cases.map(({ logits }) => logits['Baseline-Dia']![arms[0]!]!),
    );
    expect(auc).toBeGreaterThanOrEqual(0);
    expect(new Set(cases.map(({ logits }) => logits['Baseline-Dia']!.MV)).size).toBe(12);
  });

  it('keeps the losses of every network, and what each rater was worth', () => {
    const { training, worth, seconds, validation, seen, empty } = round();
    expect([validation, seen]).toEqual([[], []]);
    expect(Object.keys(empty)).toEqual(arms);
    expect(results.warnings).toEqual(warningsOf(results));
    expect(Object.keys(training)).toEqual(['Baseline-Dia', ...arms, 'noMask']);
    for (const history of Object.values(training)) expect(history.map(({ epoch }) => epoch)).toEqual([0, 1]);
    const overall = worth.filter(({ diagnosis, region }) => diagnosis === 'all' && region === 'all');
    expect(overall.map(({ rater }) => rater).sort()).toEqual([...results.data.raters].sort());
    for (const taken of Object.values(seconds)) expect(taken).toBeGreaterThan(0);
  });

  it('leaves expertness that sums to 1, and a fused label between the raters', () => {
    for (const id of [...round().train, ...round().test]) {
      const { expertness, fused } = fusedCase(files, id);
      const maps = Object.values(expertness);
      maps[0]!.forEach((_, p) => expect(maps.reduce((sum, map) => sum + map[p]!, 0)).toBeCloseTo(1, 5));
      for (const label of Object.values(fused))
        expect(label.every((value) => value >= -1e-6 && value <= 1 + 1e-6)).toBe(true);
    }
  });

  it('learns whom to trust, in a file that fuses here as it did there, without a diagnosis', async () => {
    const { weights, intervals } = round().shared!;
    const { raters } = results.data;
    expect(Object.keys(weights)).toEqual(raters);
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(new Set(Object.values(weights)).size).toBeGreaterThan(1);
    for (const rater of raters) {
      const [low, high] = intervals[rater]!;
      expect(low).toBeLessThan(high);
    }
    const { apply } = await loadExpertness(readFileSync(files.expertness, 'utf8'));
    const { tensors, metadata } = readSafetensors(readFileSync(whole.gallery));
    const [shown] = JSON.parse(metadata.cases!) as GalleryCase[];
    const { size, prevalence } = results.config.data;
    for await (const { id, image, annotations } of phantom('fundus', {
      cases: 24,
      size,
      prevalence,
      seed: 0,
    }).cases()) {
      if (id !== shown!.id) continue;
      const { fused } = await apply({ id, image, annotations });
      for (const [structure, by] of Object.entries(annotations)) {
        const told = tensors.get(`0/label/${structure}/Shared`)!.data;
        fused[structure]!.forEach((value, p) => {
          expect(told[p]).toBeCloseTo(value, 6);
          expect(value).toBeCloseTo(
            raters.reduce((sum, rater) => sum + weights[rater]! * by[rater]![p]!, 0),
            5,
          );
        });
      }
    }
    expect(round().cases[0]!.logits['Baseline-Dia']!.Shared).not.toBe(
      round().cases[0]!.logits['Baseline-Dia']!.MV,
    );
  });

  it('draws a gallery of an ill and a healthy case as documented', () => {
    const { tensors, metadata } = readSafetensors(readFileSync(whole.gallery));
    const cases = JSON.parse(metadata.cases!) as GalleryCase[];
    expect(cases.map(({ diagnosis }) => diagnosis)).toEqual([1, 0]);
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes['0/image']).toEqual([32, 32, 3]);
    for (const name of [
      'label/cup/DF-GT',
      'label/disc/STAPLE',
      'prediction/cup/T&G on DF-GT',
      'rater/cup/R1',
    ])
      expect(shapes[`1/${name}`], name).toEqual([32, 32]);
    const maps = [...tensors].flatMap(([name, { data }]) => (name.startsWith('0/expertness/') ? [data] : []));
    expect(maps).toHaveLength(7);
    maps[0]!.forEach((_, p) => expect(maps.reduce((sum, map) => sum + map[p]!, 0)).toBeCloseTo(1, 5));
    for (const block of ['B1', 'B2', 'B3'])
      for (const layer of ['give', 'take']) {
        const { shape, data } = tensors.get(`0/attention/${layer}.${block}`)!;
        expect(shape).toHaveLength(2);
        expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
        for (const { attentionHealth } of cases) {
          const { evenness, rms } = attentionHealth![`${layer}.${block}`]!;
          expect(evenness).toBeGreaterThan(0);
          expect(evenness).toBeLessThanOrEqual(1 + 1e-6);
          for (const value of Object.values(rms)) expect(value).toBeGreaterThan(0);
        }
      }
  });

  it('outlines every test case for the browser of cases', async () => {
    const { cases } = JSON.parse(readFileSync(whole.outlines, 'utf8')) as { cases: OutlinedCase[] };
    expect(cases.map(({ id }) => id).sort()).toEqual([...round().test].sort());
    const { size, prevalence } = results.config.data;
    for await (const { id, annotations } of phantom('fundus', {
      cases: 24,
      size,
      prevalence,
      seed: 0,
    }).cases()) {
      const one = cases.find((other) => other.id === id);
      if (!one) continue;
      expect(Object.keys(one.masks.cup!)).toEqual([...arms, 'MV', 'STAPLE', 'DF-GT', 'Shared']);
      const square = { height: size, width: size };
      expect(one.raters.cup!.R1).toBe(outlinePath(annotations.cup!.R1!, square));
      expect(one.masks.disc!.MV).toBe(outlinePath(meanVote(Object.values(annotations.disc!)), square));
      const { format, width } = await sharp(Buffer.from(one.image, 'base64')).metadata();
      expect([format, width]).toEqual(['webp', size]);
    }
    expect(readFileSync(whole.report, 'utf8')).toContain('id="browser"');
  });

  it('says what made it, and leaves no half-written file and no checkpoint', () => {
    const { provenance } = results;
    expect(provenance.engine.name).toBe('wasm');
    expect(provenance.versions).toMatchObject({ '@diff/fusion': expect.any(String), node: process.version });
    expect(provenance.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect(provenance.command).toContain('train');
    const left = readdirSync(whole.root, { recursive: true }) as string[];
    expect(left.filter((path) => /tmp$|checkpoint-/.test(path))).toEqual([]);
    const events = logOf(whole).map(({ event }) => event);
    expect(events[0]).toBe('start');
    expect(events.at(-1)).toBe('end');
    // Two epochs of five networks.
    expect(events.filter((event) => event === 'epoch')).toHaveLength(10);
  });
});

describe('a run that is stopped', () => {
  const chopped = runFolder(join(root, 'chopped'));
  const random = randomStream(20);

  /** Starts the run, and ends it a random while after a job of some kind was started. */
  function stopIn(job: RegExp, signal: NodeJS.Signals) {
    const lines = () => (existsSync(chopped.log) ? readFileSync(chopped.log, 'utf8').split('\n') : []);
    const before = lines().length;
    return diffPipeline(train(chopped.root, '--workers', '1'), async (child) => {
      const begun = () =>
        lines().some((line, i) => i >= before - 1 && line.includes('"started"') && job.test(line));
      while (!begun() && child.exitCode === null) await setTimeout(20);
      await setTimeout(random.uniform(0, 400));
      child.kill(signal);
    });
  }

  it('on a full disk says so in one sentence, with exit code 1', async () => {
    // Models of more than 96 KB do not fit, logs and settings do.
    const { code, stderr } = await diffPipeline(train(chopped.root, '--workers', '1'), undefined, {
      limit: 96,
    });
    const said = stderr
      .split('\n')
      .filter((line) => line && !/^\S+Z \w[\w&. -]*: \d+ of \d+ \w+, /.test(line));
    expect(said).toEqual([
      `diff-pipeline: cannot write to ${chopped.root}: a file would be larger than is allowed; once that is put right, the same command goes on`,
    ]);
    expect(code).toBe(1);
  }, 300_000);

  it('by Ctrl-C says how to go on, with exit code 130', async () => {
    const { code, stderr } = await stopIn(/Baseline-Dia/, 'SIGINT');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'diff-pipeline: stopped; the same command goes on from here',
    );
    expect(code).toBe(130);
    expect(logOf(chopped).at(-1)).toMatchObject({ event: 'stopped' });
  }, 300_000);

  it('by SIGKILL at a random moment of every step goes on to the same numbers', async () => {
    const steps = [
      /Baseline-Dia/,
      /DF-GT training/,
      /judge of fold/,
      /whom to trust/,
      /T&G on DF-GT/,
      /noMask/,
      /DF-GT test/,
      /predict/,
      /score/,
    ];
    for (const step of steps) await stopIn(step, 'SIGKILL');
    const kills = logOf(chopped).filter(({ event }) => event === 'start').length;
    expect(kills).toBeGreaterThan(steps.length);
    // What a run leaves that is killed while it writes.
    writeFileSync(`${chopped.results}.4194304.tmp`, '{');
    const { code, stderr } = await diffPipeline(train(chopped.root, '--workers', '1'));
    expect(`${code} ${code ? stderr : ''}`).toBe('0 ');
    expect(numbers(read(chopped))).toEqual(numbers(results));
    expect(readFileSync(chopped.gallery)).toEqual(readFileSync(whole.gallery));
    expect(
      readdirSync(chopped.root, { recursive: true }).filter((path) => /tmp$/.test(String(path))),
    ).toEqual([]);
  }, 900_000);
});

describe('a folder that holds a run', () => {
  it('is used by one process at a time', async () => {
    const out = runFolder(join(root, 'together'));
    const first = diffPipeline(train(out.root, '--workers', '2'));
    while (!existsSync(out.log)) await setTimeout(20);
    const second = await diffPipeline(train(out.root, '--set', 'fusion.iterations=7'));
    expect(second.stderr).toMatch(
      /^diff-pipeline: \S+ is in use: process \d+ on \S+ has worked in it since 2[^\n]+\n$/,
    );
    expect(second.code).toBe(2);
    expect((await first).code).toBe(0);
    expect(numbers(read(out))).toEqual(numbers(results));
  }, 300_000);

  it('names what was damaged, and makes it anew', async () => {
    const files = roundFolder(whole.round(0));
    const fused = files.fused(results.rounds[0]!.train[0]!);
    const bytes = readFileSync(fused);
    writeFileSync(fused, Buffer.from(bytes).fill(7, bytes.length - 800));
    writeFileSync(whole.data, readFileSync(whole.data).subarray(0, 40));
    const { code, stderr } = await diffPipeline(train(whole.root));
    expect(`${code} ${code ? stderr : ''}`).toBe('0 ');
    expect(stderr).toContain(`${whole.data} is damaged: it is not JSON; it is written again`);
    expect(stderr).toContain(`${fused} is damaged: its SHA-256 is `);
    expect(readFileSync(fused)).toEqual(bytes);
    expect(numbers(read(whole))).toEqual(numbers(results));
  }, 300_000);

  it('is not done again, and with another setting only what depends on it is', async () => {
    const { code, stderr } = await diffPipeline(train(whole.root, '--set', 'report.cases=1'));
    expect(code).toBe(0);
    expect(stderr).toContain('what depends on it is done again: report.cases was 2, is 1');
    const lines = logOf(whole);
    const again = lines.slice(lines.map(({ event }) => event).lastIndexOf('start'));
    expect(
      again.flatMap(({ event, state, job }) => (event === 'job' && state === 'done' ? [job] : [])),
    ).toEqual(['gallery, round 0']);
    expect(numbers(read(whole)).rounds).toEqual(numbers(results).rounds);
  }, 300_000);

  it('is not overwritten by a run on other data', async () => {
    const { code, stderr } = await diffPipeline(train(whole.root, '--set', 'data.phantom=skin'));
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `diff-pipeline: ${whole.root} holds a run on other data (data.phantom was "fundus", is "skin"): name another folder with --out, or delete it`,
    );
    expect(code).toBe(2);
    expect(tinyConfig().data.phantom).toBe('fundus');
  }, 300_000);
});

describe('a folder with faults', () => {
  const folder = join(root, 'lungs');
  const out = runFolder(join(root, 'of-lungs'));
  const onFolder = () => train(out.root, '--data', folder, '--set', 'data.cases=', '--workers', '1');
  const image = (k: number) => join(folder, `LIDC-IDRI-000${k}`, 'nodule-0/images/slice-0.png');
  const labels = join(folder, 'labels.csv');

  it('gives a finished run that lists them', async () => {
    await write(phantom('lung', { cases: 26, size: 24, seed: 1, prevalence: 0.5 }), folder, 'lidc', {
      allow: ['rater names'],
    });
    writeFileSync(image(1), 'no picture');
    rmSync(join(folder, 'LIDC-IDRI-0002/nodule-0/mask-1/slice-0.png'));
    const { code, stdout, stderr } = await diffPipeline(onFolder());
    expect(`${code} ${code ? stderr : ''}`).toBe('0 ');
    expect(stdout).toContain('1 case was left out');
    const { data, rounds } = read(out);
    expect(data.skipped.map(({ id }) => id)).toEqual(['LIDC-IDRI-0001/nodule-0/slice-0']);
    const told = data.description.problems.map(({ path, reason }) => `${path} ${reason}`).join('\n');
    expect(told).toContain('LIDC-IDRI-0001/nodule-0/images/slice-0.png');
    expect(told).toContain('lacks rater 1');
    expect(rounds[0]!.train.length + rounds[0]!.test.length).toBe(25);
    expect(logOf(out).filter(({ event }) => event === 'problem').length).toBeGreaterThan(1);
  }, 300_000);

  it('of one class is refused with exit code 2 before anything is trained or written', async () => {
    rmSync(out.root, { recursive: true });
    const [header, ...rows] = readFileSync(labels, 'utf8').trimEnd().split('\n');
    const benign = rows.filter((row) => Number(row.split(',').at(-1)) < 3);
    writeFileSync(labels, [header, ...benign].join('\n'));
    const { code, stderr } = await diffPipeline(onFolder());
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^diff-pipeline: of the cases that can be used, \d+ have diagnosis 0 and 0 diagnosis 1, expected at least 2 of each$/,
    );
    expect(code).toBe(2);
    expect(existsSync(out.root)).toBe(false);
  }, 300_000);
});
