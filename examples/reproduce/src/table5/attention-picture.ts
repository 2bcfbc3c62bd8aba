import { join } from 'node:path';
import { encodePng } from '@diff/datasets';
import { type AttentionMap, attentionMaps } from '@diff/tg-model';
import type { Example } from '@diff/train';
import { fileStorage, loadModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../shared/cell.js';
import { prepare } from '../shared/study.js';
import { type ArmSettings, armId } from './cell.js';

const SCALE = 3;
const GAP = 6;
const SHOWN = 3;

/** What is drawn, from left to right. */
export const attentionColumns = 'image, DF-GT, prediction, then give and take of B1, B2, B3';

/** Where the picture is in the run folder. */
export const attentionPicture = (settings: ArmSettings) => `${armId(settings)}-attention.png`;

/**
 * What Give and Take attend to (the affinities of Eq. 7), as a picture: for three ill test cases the image, its DF-GT, the
 * prediction, and for a token at the border of what is outlined where it looks, at every connected block.
 */
export async function attentionCell(settings: ArmSettings, place: Place): Promise<void> {
  const { test, task } = await prepare(settings.study, place);
  const { model } = await loadModel(join(place.out, `${armId(settings)}.safetensors`), {
    structures: task.structures,
  });
  const ill = test.filter(({ diagnosis }) => diagnosis === 1).slice(0, SHOWN);
  const rows = ill.map((example) => {
    const { image, masks } = example;
    const { height, width, channels } = image;
    const input = tf.tensor4d(image.data, [1, height, width, channels]);
    const probability = tf.tidy(() => {
      const logits = [model.predict(input)].flat()[0]!;
      return tf.mean(tf.sigmoid(logits), 3).dataSync() as Float32Array;
    });
    const maps = attentionMaps(model, input);
    input.dispose();
    const place = border(example);
    const looks = settings.arm.blocks.flatMap((block) =>
      ['give', 'take'].map((layer) => lookFrom(place, maps[`${layer}.${block}`]!, height, width)),
    );
    const tiles = [luminance(image), average(masks), probability, ...looks];
    return tiles.map((tile) => marked(tile, place, width));
  });
  model.dispose();
  const { height, width } = test[0]!.image;
  await fileStorage(place.out).write(attentionPicture(settings), await encodePng(sheet(rows, height, width)));
}

function luminance({ data, channels }: Example['image']): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[i * channels + c]!;
    return sum / channels;
  });
}

function average(masks: Example['masks']): Float32Array {
  return Float32Array.from(
    masks[0]!,
    (_, i) => masks.reduce((sum, mask) => sum + mask[i]!, 0) / masks.length,
  );
}

/** The rightmost pixel of the last structure, in the row of its centre. */
function border({ masks, image: { width } }: Example): number {
  const mask = masks.at(-1)!;
  const inside = [...mask.keys()].filter((i) => mask[i]! >= 0.5);
  const row = Math.round(inside.reduce((sum, i) => sum + Math.floor(i / width), 0) / inside.length);
  return inside.filter((i) => Math.floor(i / width) === row).at(-1) ?? inside.at(-1)!;
}

/** The affinities of the token at `place`, averaged over heads, the largest 1, as large as the image. */
function lookFrom(place: number, map: AttentionMap, height: number, width: number): Float32Array {
  const { affinities, queryGrid, keyGrid } = map;
  const tokenAt = (i: number, [rows, columns]: [number, number]) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
  };
  const row = tf.tidy(() => {
    const heads = tf.slice(affinities, [0, 0, tokenAt(place, queryGrid), 0], [1, -1, 1, -1]);
    return tf.mean(heads, [0, 1, 2]).dataSync();
  });
  affinities.dispose();
  const largest = Math.max(...row);
  return Float32Array.from({ length: height * width }, (_, i) => row[tokenAt(i, keyGrid)]! / largest);
}

/** Grey, with the place that looks as a red dot. */
function marked(tile: Float32Array, place: number, width: number): Float32Array {
  return Float32Array.from({ length: 3 * tile.length }, (_, j) => {
    const i = Math.floor(j / 3);
    const near = Math.max(
      Math.abs((i % width) - (place % width)),
      Math.abs(Math.floor(i / width) - Math.floor(place / width)),
    );
    return near <= 1 ? Number(j % 3 === 0) : tile[i]!;
  });
}

/** Tiles in rows, enlarged. */
function sheet(rows: Float32Array[][], height: number, width: number) {
  const columns = rows[0]!.length;
  const size = {
    width: columns * width * SCALE + (columns - 1) * GAP,
    height: rows.length * height * SCALE + (rows.length - 1) * GAP,
  };
  const data = new Float32Array(size.width * size.height * 3).fill(1);
  for (const [r, tiles] of rows.entries())
    for (const [c, tile] of tiles.entries())
      for (let y = 0; y < height * SCALE; y++)
        for (let x = 0; x < width * SCALE; x++) {
          const to = (r * (height * SCALE + GAP) + y) * size.width + c * (width * SCALE + GAP) + x;
          const from = Math.floor(y / SCALE) * width + Math.floor(x / SCALE);
          data.set(tile.subarray(3 * from, 3 * from + 3), 3 * to);
        }
  return { data, channels: 3, ...size };
}
