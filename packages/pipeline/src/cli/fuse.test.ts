import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { useBackend } from '@diff/backend';
import { type Case, encodePng, phantom, write } from '@diff/datasets';
import { diagnosisFirst } from '@diff/fusion/df-gt';
import { dlCat } from '@diff/networks/diagnosis';
import { freeze } from '@diff/train';
import { loadModel, saveModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffPipeline, emptyFolder, run } from '../fixtures/command-line.js';
import { decodeNifti, decodePng } from '../fixtures/decode.js';
import { emOf, majorityOf, meanOf, simpleOf } from '../fixtures/recompute.js';
import { readCsv } from '../folder/csv.js';
import { fuseCommand } from './fuse.js';

const MASKS = 'masks/{structure}/{rater}/{id}.png';
const IMAGES = ['--images', 'images/{id}.png', '--labels', 'labels.csv'];

let root: string;
let cases: Case[];
beforeAll(async () => {
  root = await emptyFolder();
  const drawn = phantom('fundus', { cases: 4, size: 32, seed: 3, prevalence: 0.5 });
  await write(drawn, root, 'folder');
  cases = [];
  for await (const one of drawn.cases()) cases.push(one);
  // What is fused is what was written: masks of 0 and 255.
  for (const { annotations } of cases)
    for (const masks of Object.values(annotations))
      for (const [rater, mask] of Object.entries(masks))
        masks[rater] = Uint8Array.from(mask, (v) => Number(v > 0.5));
});

/** A folder of masks `<i>_<rater>.png` by two raters, each case unlike the others. */
async function manyMasks(count: number, side: number): Promise<string> {
  const folder = await emptyFolder();
  for (let i = 0; i < count; i++)
    for (const rater of [0, 1]) {
      const data = Float32Array.from({ length: side * side }, (_, j) =>
        Number((j + 5 * rater) % (9 + i) < 4),
      );
      const png = await encodePng({ data, width: side, height: side, channels: 1 });
      await writeFile(join(folder, `${i}_${rater}.png`), png);
    }
  return folder;
}

/** Where the machine is busy, starting another process takes long. */
const PATIENCE = { timeout: 300_000 };

const fuse = (...args: string[]) => run(fuseCommand, [root, '--masks', MASKS, ...args]);
const votesOf = (one: Case, structure: string) => Object.values(one.annotations[structure]!);

/** Floats by libtiff, which did not write them. */
async function decodeTiff(path: string): Promise<Float32Array> {
  const { data } = await sharp(path)
    .toColourspace('b-w')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  return new Float32Array(new Uint8Array(data).buffer);
}

describe('diff-pipeline fuse', () => {
  it('writes STAPLE in every format as recomputed pixel by pixel, with what it says of the raters', async () => {
    const out = await emptyFolder();
    const { code, stdout, stderr } = await fuse(
      ...['-m', 'staple', '--out', out, '--format', 'png', 'tiff', 'nifti', '--bits', '16'],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^4 of 4 cases fused by staple into /);
    const rows = await readCsv(join(out, 'fusion.csv'));
    expect(rows.map((row) => [row.case, row.structure])).toEqual(
      cases.flatMap(({ id }) => ['cup', 'disc'].map((structure) => [id, structure])),
    );
    for (const row of rows) {
      const one = cases.find(({ id }) => id === row.case)!;
      const { w, p, q } = emOf(votesOf(one, row.structure!), { estimatePrior: false });
      const file = join(out, row.structure!, row.case!);
      const floats = await decodeTiff(`${file}.tiff`);
      const nifti = decodeNifti(await readFile(`${file}.nii.gz`));
      const png = decodePng(await readFile(`${file}.png`));
      expect([nifti.width, nifti.height, png.width, png.height, png.bits]).toEqual([32, 32, 32, 32, 16]);
      expect(nifti.values).toEqual(floats);
      w.forEach((value, j) => {
        expect(Math.abs(floats[j]! - value)).toBeLessThan(1e-4);
        expect(png.samples[j]).toBe(Math.round(65535 * floats[j]!));
      });
      Object.keys(one.annotations[row.structure!]!).forEach((rater, r) => {
        expect(Number(row[`sensitivity ${rater}`])).toBeCloseTo(p[r]!, 4);
        expect(Number(row[`specificity ${rater}`])).toBeCloseTo(q[r]!, 4);
      });
      expect(Number(row.area)).toBeCloseTo(
        w.reduce((a, b) => a + b, 0),
        1,
      );
      const bits = meanOf(votesOf(one, row.structure!)).map((m) =>
        m > 0 && m < 1 ? -m * Math.log2(m) - (1 - m) * Math.log2(1 - m) : 0,
      );
      expect(Number(row.disagreement)).toBeCloseTo(bits.reduce((a, b) => a + b, 0) / bits.length, 6);
    }
  });

  const methods = {
    mean: meanOf,
    majority: majorityOf,
    simple: simpleOf,
    'dawid-skene': (votes: readonly ArrayLike<number>[]) => emOf(votes, { estimatePrior: true }).w,
  };
  for (const [method, recompute] of Object.entries(methods))
    it(`writes ${method} to 8-bit PNG as recomputed pixel by pixel`, async () => {
      const out = await emptyFolder();
      const { code } = await fuse('-m', method, '--out', out, '--structures', 'cup');
      expect(code).toBe(0);
      expect((await readdir(out)).sort()).toEqual(['cup', 'fusion.csv', 'settings.json']);
      for (const one of cases) {
        const { bits, samples } = decodePng(await readFile(join(out, 'cup', `${one.id}.png`)));
        expect(bits).toBe(8);
        recompute(votesOf(one, 'cup')).forEach((value, j) => {
          // EM that converged to 1e-7 may round to the next level.
          const slack = method === 'dawid-skene' ? 0.51 : 0.5;
          expect(Math.abs(samples[j]! - 255 * value)).toBeLessThanOrEqual(slack + 1e-9);
        });
      }
    });

  it('goes on after Ctrl-C, and ends with the bytes of an uninterrupted run', PATIENCE, async () => {
    const many = await manyMasks(80, 64);
    const [whole, parts] = [await emptyFolder(), await emptyFolder()];
    const args = (out: string) => [many, '--masks', '{id}_{rater}.png', '-m', 'staple', '--out', out];
    expect((await run(fuseCommand, args(whole))).code).toBe(0);
    const stopped = await diffPipeline(['fuse', ...args(parts)], (child) => {
      const watch = setInterval(async () => {
        if ((await readCsv(join(parts, 'fusion.csv'))).length < 3) return;
        clearInterval(watch);
        // Once: a second one would end it at once.
        if (!child.killed) child.kill('SIGINT');
      }, 20);
      child.on('close', () => clearInterval(watch));
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('diff-pipeline: stopped; the same command goes on from here\n');
    const kept = (await readCsv(join(parts, 'fusion.csv'))).length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(80);
    const label = 'object';
    const halves = (await readdir(join(parts, label))).filter((name) => !name.endsWith('.png'));
    expect(halves).toEqual([]);

    const { stdout } = await run(fuseCommand, args(parts));
    expect(stdout).toContain(`80 of 80 cases fused by staple into ${parts}, ${kept} of them before`);
    for (const name of [
      'fusion.csv',
      ...(await readdir(join(whole, label))).map((file) => join(label, file)),
    ])
      expect((await readFile(join(parts, name))).equals(await readFile(join(whole, name)))).toBe(true);
    const other = await run(fuseCommand, [...args(parts), '--bits', '16']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('holds results of other settings (bits was 8, now 16)');
  });

  it('fuses masks alone, and lists what is missing, unreadable or of another size', async () => {
    const folder = await emptyFolder();
    const square = (side: number, inside: number) =>
      encodePng({
        data: Float32Array.from({ length: side * side }, (_, i) => Number(i < inside)),
        width: side,
        height: side,
        channels: 1,
      });
    await writeFile(join(folder, 'a_1.png'), await square(8, 10));
    await writeFile(join(folder, 'a_2.png'), await square(8, 20));
    await writeFile(join(folder, 'b_1.png'), await square(8, 10));
    await writeFile(join(folder, 'b_2.png'), await square(6, 10));
    await writeFile(join(folder, 'c_1.png'), (await square(8, 10)).subarray(0, 60));
    await writeFile(join(folder, 'd_2.png'), await square(8, 5));
    const out = await emptyFolder();
    const { code, stdout, stderr } = await diffPipeline([
      'fuse',
      folder,
      '--masks',
      '{id}_{rater}.png',
      '-m',
      'mean',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 of 4 cases fused/);
    const problems = await readCsv(join(out, 'problems.csv'));
    expect(problems.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
      'b_2.png: 6×6 pixels, the first mask of its case has 8×8',
      expect.stringMatching(/^c_1.png: .*(?:read|end|truncated)/i),
      'c_1.png: the object lacks rater 2',
      'd_2.png: the object lacks rater 1',
    ]);
    for (const { path, reason } of problems) expect(stderr).toContain(`${path}: ${reason}`);
    const a = decodePng(await readFile(join(out, 'object', 'a.png'))).samples;
    expect([a[9], a[10], a[19], a[20]]).toEqual([255, 128, 128, 0]);
    expect((await readCsv(join(out, 'fusion.csv'))).map(({ raters }) => raters)).toEqual(['1;2', '1', '2']);

    // The same again: nothing is done twice, and the problems are still told.
    const again = await diffPipeline([
      'fuse',
      folder,
      '--masks',
      '{id}_{rater}.png',
      '-m',
      'mean',
      '--out',
      out,
    ]);
    expect(again.stdout).toMatch(/^3 of 4 cases fused .*, 3 of them before/);
    expect(await readCsv(join(out, 'problems.csv'))).toEqual(expect.arrayContaining(problems));
  });

  it('takes for inside what is not 0, be it 1 or 255, and warns where every mask is empty', async () => {
    const folder = await emptyFolder();
    for (const rater of [1, 2])
      await writeFile(
        join(folder, `a_${rater}.png`),
        await encodePng({ data: Float32Array.of(0, 1 / 255, 1 / 255, 0), width: 2, height: 2, channels: 1 }),
      );
    const args = [folder, '--masks', '{id}_{rater}.png', '-m', 'majority', '--out'];
    const empty = await run(fuseCommand, [...args, await emptyFolder(), '--above', '127']);
    expect(empty.stderr).toBe('every mask was empty: inside is what is above 127\n');
    const filled = await emptyFolder();
    const right = await run(fuseCommand, [...args, filled]);
    expect([right.code, right.stderr]).toEqual([0, '']);
    expect(decodePng(await readFile(join(filled, 'object', 'a.png'))).samples).toEqual([0, 255, 255, 0]);
  });

  it('holds no more memory after 200 cases than after 80', PATIENCE, async () => {
    const [many, out] = [await manyMasks(240, 192), await emptyFolder()];
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used: { done: number; bytes: number }[] = [];
    const watch = setInterval(() => {
      const table = join(out, 'fusion.csv');
      if (!existsSync(table)) return;
      const done = readFileSync(table, 'utf8').split('\n').length - 2;
      // What is on its way (decoded ahead, being encoded) is held too, hence the least of several looks.
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      used.push({ done, bytes: heapUsed + arrayBuffers });
    }, 200);
    const { code } = await run(fuseCommand, [
      many,
      '--masks',
      '{id}_{rater}.png',
      '-m',
      'mean',
      '--out',
      out,
    ]);
    clearInterval(watch);
    expect(code).toBe(0);
    const least = (from: number, to: number) =>
      Math.min(...used.flatMap(({ done, bytes }) => (done >= from && done < to ? [bytes] : [])));
    expect(used.filter(({ done }) => done >= 160).length).toBeGreaterThan(2);
    // 120 cases kept, with masks and label, would be 26 MB.
    expect(least(160, 240) - least(40, 120)).toBeLessThan(8e6);
  });

  it('ends with code 2 and one sentence where the input cannot be used', PATIENCE, async () => {
    const out = join(await emptyFolder(), 'never');
    const nothing = await emptyFolder();
    const wrong: [args: string[], message: string][] = [
      [['nowhere', '-m', 'mean'], 'there is no folder nowhere'],
      [[nothing, '-m', 'mean'], 'has none of the layouts'],
      [[root, '-m', 'mean', '--masks', '{rater}.png'], '"{rater}.png" has no {id}'],
      [[root, '-m', 'mean', '--masks', 'none/{id}.png'], 'found no case under'],
      [[root, '-m', 'mean', '--masks', MASKS, '--raters', 'Z9'], 'raters has "Z9", expected some of'],
      [[root, '-m', 'staple', '--masks', MASKS, '--soft'], 'staple takes votes'],
      [[root, '-m', 'df-gt', '--masks', MASKS], '--network goes with --method df-gt'],
      [
        [root, '--masks', MASKS, '--iterations', '3'],
        '--iterations belongs to --method df-gt; the method is staple',
      ],
      [[root, '--masks', MASKS, '--batch-size', '3'], '--batch-size belongs to --method df-gt'],
      [[root, '--masks', MASKS, '--bits', '16', '--format', 'tiff'], '--bits belongs to --format png'],
      [[root, '--masks', MASKS, '--columns', 'id=name'], 'columns belongs to labels'],
      [[root, '-m', 'mean', '--above', '0'], 'above belongs to images or masks'],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await run(fuseCommand, [...args, '--out', out]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    for (const into of [root, join(root, 'masks', 'fused')]) {
      const { code, stderr } = await fuse('--out', into);
      expect([code, stderr]).toEqual([
        2,
        `--out ${into} lies in ${root}, which is read: give a folder outside it\n`,
      ]);
    }
    const spawned = await diffPipeline(['fuse', ...wrong[0]![0], '--out', out]);
    expect(spawned).toEqual({ code: 2, stdout: '', stderr: 'diff-pipeline: there is no folder nowhere\n' });
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });
});

describe('diff-pipeline fuse --method df-gt', () => {
  let network: string;
  beforeAll(async () => {
    await useBackend({ prefer: 'wasm' });
    network = join(root, 'diagnosis.safetensors');
    const size = { height: 32, width: 32 };
    const model = dlCat({ width: 4, stem: 'cifar', structures: 2, seed: 5 });
    await saveModel(model, network, {
      structures: ['cup', 'disc'],
      preprocessing: { ...size, channels: 3 },
    });
    model.dispose();
  });
  const args = (...more: string[]) =>
    fuse(...IMAGES, '-m', 'df-gt', '--network', network, '--engine', 'wasm', '--format', 'tiff', ...more);

  it('writes what diagnosisFirst makes of each case, whatever the batch, and leaves no tensor', async () => {
    const out = await emptyFolder();
    const before = tf.memory().numTensors;
    const { code, stderr } = await args('--out', out, '--iterations', '4', '--batch-size', '3');
    expect([code, stderr]).toEqual([0, '']);
    expect(tf.memory().numTensors).toBe(before);
    const { model } = await loadModel(network);
    const judge = freeze(model);
    const rows = await readCsv(join(out, 'fusion.csv'));
    for (const one of cases) {
      const data = one.image.data.map((level) => Math.round(level * 255) / 255);
      const image = { ...one.image, data };
      const structures = ['cup', 'disc'];
      const alone = await diagnosisFirst({ ...one, image, network: judge, structures, iterations: 4 });
      for (const structure of ['cup', 'disc']) {
        const floats = await decodeTiff(join(out, structure, `${one.id}.tiff`));
        floats.forEach((value, j) => {
          expect(Math.abs(value - alone.fused[structure]![j]!)).toBeLessThan(1e-4);
        });
      }
      expect(Number(rows.find((row) => row.case === one.id)!.logit)).toBeCloseTo(alone.logits[0]!, 3);
    }
    judge.dispose();
    model.dispose();
  });

  it('without a step is the mean of the masks, also where images are larger than the network takes', async () => {
    const [large, out] = [await emptyFolder(), await emptyFolder()];
    const drawn = phantom('fundus', { cases: 2, size: 48, seed: 8 });
    await write(drawn, large, 'folder');
    await rm(join(large, 'masks', 'disc', drawn.raters[0]!), { recursive: true });
    const { code } = await run(fuseCommand, [
      ...[large, '--masks', MASKS, ...IMAGES, '-m', 'df-gt', '--network', network],
      ...['--engine', 'wasm', '--format', 'tiff', '--iterations', '0', '--out', out],
    ]);
    expect(code).toBe(0);
    for await (const { id, annotations } of drawn.cases()) {
      const [, ...others] = Object.values(annotations.disc!);
      const floats = await decodeTiff(join(out, 'disc', `${id}.tiff`));
      meanOf(others.map((mask) => mask.map((v) => Number(v > 0.5)))).forEach((value, j) => {
        expect(Math.abs(floats[j]! - value)).toBeLessThan(1e-5);
      });
    }
  });

  it('skips cases without a diagnosis by name, and refuses data without any, or without a structure', async () => {
    const out = await emptyFolder();
    const table = join(root, 'some.csv');
    await writeFile(table, `id,diagnosis\n${cases[0]!.id},1\n${cases[1]!.id},0\n${cases[2]!.id},\n`);
    const some = await fuse(
      ...['--images', 'images/{id}.png', '--labels', 'some.csv', '-m', 'df-gt', '--network', network],
      ...['--engine', 'wasm', '--iterations', '0', '--out', out],
    );
    expect(some.code).toBe(0);
    expect(some.stdout).toMatch(/^2 of 4 cases fused/);
    for (const { id } of cases.slice(2))
      expect(some.stderr).toContain(`${id}: no diagnosis, which df-gt needs`);
    const none = await fuse(
      ...['--images', 'images/{id}.png', '-m', 'df-gt', '--network', network, '--out', join(out, 'x')],
    );
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no case has one')]);
    const other = await run(fuseCommand, [
      ...[root, '--masks', 'masks/disc/{rater}/{id}.png', ...IMAGES, '-m', 'df-gt'],
      ...['--network', network, '--out', join(out, 'x')],
    ]);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/"cup", expected some of "object"/),
    ]);
  });
});
