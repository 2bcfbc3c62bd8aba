import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { useBackend } from '@diff/backend';
import {
  encodeNifti,
  encodeNrrd,
  encodePng,
  folder,
  type Image,
  lidc,
  phantom,
  readImage,
  write,
} from '@diff/datasets';
import { resnet } from '@diff/networks';
import { dlCat } from '@diff/networks/diagnosis';
import { resUnet } from '@diff/networks/segmentation';
import { tgNetwork } from '@diff/tg-model';
import { type ModelMeta, sealJson } from '@diff/train';
import { loadModel, saveModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../config/schema.js';
import { emptyFolder, run } from '../fixtures/command-line.js';
import { decodePng } from '../fixtures/decode.js';
import { readCsv } from '../folder/csv.js';
import { readMap } from '../folder/read-map.js';
import { resultsOf } from '../report/fixtures/results.js';
import { predictCommand } from './predict.js';

const SIDE = 16;
const STRUCTURES = ['disc', 'cup'];
const META = { structures: STRUCTURES, preprocessing: { height: SIDE, width: SIDE, channels: 1 } };
const NET = { width: 4, stem: 'cifar', imageChannels: 1, structures: 2 } as const;

let root: string;
let segmentation: string;
let diagnosis: string;
const pictures: Record<string, Image> = {};

beforeAll(async () => {
  await useBackend({ prefer: 'wasm' });
  root = await emptyFolder();
  segmentation = await saved('segmentation', resUnet({ ...NET, seed: 3 }), META);
  diagnosis = await saved('diagnosis', dlCat({ ...NET, seed: 4 }), { ...META, classes: ['well', 'ill'] });
  await mkdir(join(root, 'images'));
  for (const [id, side] of Object.entries({ small: SIDE, large: 2 * SIDE })) {
    const data = Float32Array.from({ length: side * side }, (_, i) => ((i * i + 7 * i) % 256) / 255);
    pictures[id] = { data, width: side, height: side, channels: 1 };
    await writeFile(join(root, 'images', `${id}.png`), await encodePng(pictures[id]));
  }
});

async function saved(name: string, model: tfl.LayersModel, meta: ModelMeta): Promise<string> {
  const path = join(root, `${name}.safetensors`);
  await saveModel(model, path, meta);
  model.dispose();
  return path;
}

const predict = (...args: string[]) => run(predictCommand, [...args, '--engine', 'wasm']);

/** What the models say of an image of their size: probabilities [H · W, structures], and the score. */
async function expected(
  data: Float32Array,
  paths = [segmentation, diagnosis],
): Promise<{ masks: Float32Array; score: number }> {
  const [one, other] = await Promise.all(paths.map((path) => loadModel(path)));
  const result = tf.tidy(() => {
    const image = tf.tensor4d(data, [1, SIDE, SIDE, 1]);
    const masks = tf.sigmoid([one!.model.predict(image)].flat()[0] as tf.Tensor4D);
    const score = tf.sigmoid(other!.model.predict(tf.concat([image, masks], 3)) as tf.Tensor);
    return { masks: masks.dataSync() as Float32Array, score: score.dataSync()[0]! };
  });
  one!.model.dispose();
  other!.model.dispose();
  return result;
}

describe('diff-pipeline predict', () => {
  it('writes what the networks say of images of their size, and of larger ones by means and between centres', async () => {
    const out = await emptyFolder();
    const { code, stdout } = await predict(
      ...[segmentation, join(root, 'images'), '--diagnosis', diagnosis, '--out', out],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 of 2 images predicted/);
    expect((await readdir(out)).sort()).toEqual(['cup', 'disc', 'masks', 'predictions.csv', 'settings.json']);
    const rows = await readCsv(join(out, 'predictions.csv'));
    expect(Object.keys(rows[0]!)).toEqual([
      ...['case', 'width', 'height', 'area disc', 'area cup', 'score', 'diagnosis'],
    ]);

    const small = await expected(pictures.small!.data);
    const large = pictures.large!.data;
    const halved = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
      const at = 2 * Math.floor(i / SIDE) * 2 * SIDE + 2 * (i % SIDE);
      return (large[at]! + large[at + 1]! + large[at + 2 * SIDE]! + large[at + 2 * SIDE + 1]!) / 4;
    });
    const shrunk = await expected(halved);
    const between = (masks: Float32Array, s: number, i: number) => {
      const place = (pixel: number) => {
        const centre = Math.min(SIDE - 1, Math.max(0, (pixel + 0.5) / 2 - 0.5));
        const first = Math.min(SIDE - 2, Math.floor(centre));
        return [first, centre - first] as const;
      };
      const [y, v] = place(Math.floor(i / (2 * SIDE)));
      const [x, u] = place(i % (2 * SIDE));
      const at = (dy: number, dx: number) => masks[((y + dy) * SIDE + x + dx) * 2 + s]!;
      return (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
    };
    const wanted = {
      small: { ...small, at: (s: number, i: number) => small.masks[2 * i + s]! },
      large: { ...shrunk, at: (s: number, i: number) => between(shrunk.masks, s, i) },
    };
    for (const [id, { score, at }] of Object.entries(wanted)) {
      const row = rows.find((one) => one.case === id)!;
      expect(Number(row.score)).toBeCloseTo(score, 5);
      expect(row.diagnosis).toBe(score >= 0.5 ? 'ill' : 'well');
      for (const [s, structure] of STRUCTURES.entries()) {
        const map = decodePng(await readFile(join(out, structure, `${id}.png`)));
        const mask = decodePng(await readFile(join(out, 'masks', structure, `${id}.png`)));
        expect([map.width, map.bits, mask.width, mask.bits]).toEqual([
          ...[pictures[id]!.width, 16, pictures[id]!.width, 8],
        ]);
        map.samples.forEach((sample, i) => {
          expect(Math.abs(sample - 65535 * at(s, i))).toBeLessThan(2);
          if (Math.abs(sample - 32767.5) > 2) expect(mask.samples[i]).toBe(sample > 32767.5 ? 255 : 0);
        });
        const area = mask.samples.filter((level) => level === 255).length;
        expect(row[`area ${structure}`]).toBe(String(area));
      }
    }

    const again = await predict(
      ...[segmentation, join(root, 'images'), '--diagnosis', diagnosis, '--out', out],
    );
    expect(again.stdout).toMatch(/^2 of 2 images predicted into .*, 2 of them before/);
    const other = await predict(segmentation, join(root, 'images'), '--out', out);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('other settings (diagnosis was')]);
  });

  it('leaves no tensor behind', async () => {
    const out = await emptyFolder();
    const before = tf.memory().numTensors;
    await predict(segmentation, join(root, 'images'), '--diagnosis', diagnosis, '--out', out);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes the models of a run folder by name, Take and Give among them, and files as images', async () => {
    const [folder, out] = [await emptyFolder(), await emptyFolder()];
    await writeFile(join(folder, 'config.yaml'), stringify(configSchema.parse({})));
    const models = join(folder, 'round-0', 'models');
    await mkdir(models, { recursive: true });
    const judge = dlCat({ ...NET, size: [SIDE, SIDE], seed: 4 });
    const backbone = resnet({ width: 4, stem: 'cifar', inputChannels: 1, size: [SIDE, SIDE], seed: 1 });
    const model = tgNetwork({ backbone, diagnosisNetwork: judge, blocks: ['B2'], structures: 2, filters: 8 });
    const [arm, dia] = [join(models, 'T&G on DF-GT.safetensors'), join(models, 'Baseline-Dia.safetensors')];
    await saveModel(model, arm, META);
    await saveModel(judge, dia, META);
    const file = join(root, 'images', 'small.png');
    const { code } = await predict(folder, file, '--out', out, '--format', 'tiff');
    expect(code).toBe(0);
    const { masks, score } = await expected(pictures.small!.data, [arm, dia]);
    const { values } = await readMap(join(out, 'cup', 'small.tiff'));
    values.forEach((value, i) => expect(value).toBeCloseTo(masks[2 * i + 1]!, 5));
    expect(Number((await readCsv(join(out, 'predictions.csv')))[0]!.score)).toBeCloseTo(score, 5);

    const results = resultsOf([[]]);
    results.rounds[0]!.train = ['small'];
    await writeFile(join(folder, 'results.json'), await sealJson(results));
    const known = await predict(folder, file, '--out', await emptyFolder());
    expect(known.stderr).toContain(
      'WARNING: 1 of 1 images have the names of cases that the network was trained on (small): ',
    );

    const missing = await predict(folder, file, '--out', out, '--arm', 'Baseline-Seg on MV');
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining('was not trained to its end'),
    ]);
    const strange = await predict(folder, file, '--out', out, '--arm', 'U-Net');
    expect(strange.stderr).toContain(
      'has no arm "U-Net", but T&G on DF-GT, Baseline-Seg on DF-GT, Baseline-Seg on MV',
    );
  });

  it('predicts of LIDC the slices that are asked for, and all by default', async () => {
    const [lidcRoot, all, some] = [await emptyFolder(), await emptyFolder(), await emptyFolder()];
    await write(phantom('lung', { cases: 2, size: SIDE, prevalence: 0.5 }), lidcRoot, 'lidc', {
      allow: ['rater names'],
    });
    const nodule = join(lidcRoot, dirname((await lidc(lidcRoot)).entries[0]!.id));
    for (const part of ['images', 'mask-0', 'mask-1', 'mask-2', 'mask-3'])
      await copyFile(join(nodule, part, 'slice-0.png'), join(nodule, part, 'slice-1.png'));
    expect((await predict(segmentation, lidcRoot, '--out', all)).stdout).toMatch(/^3 of 3 images/);
    const middle = await predict(segmentation, lidcRoot, '--slices', 'middle', '--out', some);
    expect(middle.stdout).toMatch(/^2 of 2 images/);
  });

  it('writes files of the kind of the image, which say where it lies, or what --format asks for', async () => {
    const affine = [-0.5, 0, 0, 10, 0, 0.75, 0, -20, 0, 0, 3, 5, 0, 0, 0, 1];
    const { width, height } = pictures.small!;
    // Black and white are the extremes of a file that names none.
    const data = pictures.small!.data.map((value, i) => (i < 2 ? i : value));
    const [scans, out] = [await emptyFolder(), await emptyFolder()];
    await writeFile(join(scans, 'a.nii.gz'), await encodeNifti(data, { width, height, affine }));
    await writeFile(join(scans, 'b.nrrd'), await encodeNrrd(data, { width, height, affine }));
    await writeFile(join(scans, 'c.png'), await encodePng(pictures.small!));
    expect((await predict(segmentation, scans, '--out', out)).code).toBe(0);
    expect((await readdir(join(out, 'cup'))).sort()).toEqual(['a.nii.gz', 'b.nrrd', 'c.png']);
    expect((await readdir(join(out, 'masks', 'cup'))).sort()).toEqual(['a.nii.gz', 'b.nrrd', 'c.png']);
    const { masks } = await expected(data);
    const stored = (path: string) => readImage(join(out, path), { stored: true });
    for (const name of ['a.nii.gz', 'b.nrrd']) {
      const map = await stored(`cup/${name}`);
      expect(map).toMatchObject({ width, height, affine, spacing: [0.5, 0.75, 3] });
      map.data.forEach((value, i) => expect(value).toBeCloseTo(masks[2 * i + 1]!, 5));
      const mask = await stored(`masks/cup/${name}`);
      expect(mask).toMatchObject({ affine });
      expect([...mask.data]).toEqual(Array.from(map.data, (value) => Number(value > 0.5)));
    }
    // Done already: nothing is asked for that is not there.
    expect((await predict(segmentation, scans, '--out', out)).stdout).toMatch(/3 of them before/);

    const other = await emptyFolder();
    const formats = ['--format', 'mha', 'coco', 'geojson', 'dicom-seg'];
    const level = Math.max(...masks.filter((_, i) => i % 2 === 1)) - 1e-3;
    const files = [join(scans, 'a.nii.gz'), '--out', other, '--threshold', `${level}`, ...formats];
    expect((await predict(segmentation, ...files)).code).toBe(0);
    expect((await readdir(join(other, 'cup'))).sort()).toEqual([
      'a.coco.json',
      'a.dcm',
      'a.geojson',
      'a.mha',
    ]);
    expect(await readdir(join(other, 'masks', 'cup'))).toEqual(['a.mha']);
    const inside = await readImage(join(other, 'masks/cup/a.mha'), { stored: true });
    const segment = await readImage(join(other, 'cup/a.dcm'), { stored: true });
    const outlined = await folder(other, { mask: 'coco.json', structures: ['cup'] });
    expect(inside.data.some((value) => value > 0)).toBe(true);
    expect(segment.data).toEqual(inside.data);
    for await (const { annotations } of outlined.cases())
      expect(Float32Array.from(annotations.cup!['1']!)).toEqual(inside.data);

    const nowhere = await predict(
      ...[segmentation, join(scans, 'c.png'), '--out', await emptyFolder(), '--format', 'dicom-seg'],
    );
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining('dicom-seg takes images or masks that say where they lie'),
    ]);
  });

  it('lists images that cannot be read, and predicts the others', async () => {
    const [folder, out] = [await emptyFolder(), await emptyFolder()];
    await writeFile(join(folder, 'a.png'), 'no picture');
    await writeFile(join(folder, 'b.png'), await encodePng(pictures.small!));
    const { code, stdout, stderr } = await predict(segmentation, folder, '--out', out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 of 2 images/);
    expect(stderr).toContain('skipped: a.png: not a PNG, JPEG, TIFF or GIF file');
    expect((await readCsv(join(out, 'problems.csv'))).map(({ case: id }) => id)).toEqual(['a']);
  });

  it('refuses by name what does not fit, before it writes anything', async () => {
    const other = await saved('other', dlCat({ ...NET, seed: 1 }), { ...META, structures: ['cup', 'disc'] });
    const large = await saved('large', dlCat({ ...NET, seed: 1 }), {
      ...META,
      preprocessing: { height: 32, width: 32, channels: 1 },
    });
    const silent = await saved('silent', resUnet({ ...NET, seed: 1 }), { structures: STRUCTURES });
    const nameless = await saved('nameless', resUnet({ ...NET, seed: 1 }), {});
    const one = await saved('one', resUnet({ ...NET, structures: 1, seed: 1 }), META);
    const colour = await saved('colour', resUnet({ ...NET, imageChannels: 3, seed: 1 }), META);
    const fixed = await saved('fixed', resUnet({ ...NET, size: [32, 32], seed: 1 }), META);
    const images = join(root, 'images');
    const wrong: [args: string[], message: string][] = [
      [
        [segmentation, images, '--diagnosis', other],
        `structures of ${other} is ["cup","disc"], expected ["disc","cup"]`,
      ],
      [[segmentation, images, '--diagnosis', large], `size of ${large} is {"height":32`],
      [[segmentation, images, '--diagnosis', segmentation], 'expected a diagnosis network'],
      [[diagnosis, images], 'expected a segmentation network'],
      [[silent, images], `${silent} does not say what size its images must have (preprocessing.height)`],
      [[nameless, images], `${nameless} does not say its structures`],
      [[one, images], 'expected a channel for each of disc, cup'],
      [[colour, images], `${colour} takes 3 image channels, its preprocessing.channels is 1`],
      [[fixed, images], `${fixed} takes a height of 32, its preprocessing.height is 16`],
      [[join(images, 'small.png'), images], 'small.png'],
      [['nowhere', images], 'there is no run folder or model nowhere'],
      [[images, images], 'is no run folder'],
      [[segmentation, 'nowhere'], 'there is no image or folder nowhere'],
      [[segmentation, await emptyFolder()], 'nor pictures'],
    ];
    const out = join(root, 'never');
    const before = tf.memory().numTensors;
    for (const [args, message] of wrong) {
      const { code, stderr } = await predict(...args, '--out', out);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    await expect(readdir(out)).rejects.toThrow('ENOENT');
    expect(tf.memory().numTensors).toBe(before);
  });
});
