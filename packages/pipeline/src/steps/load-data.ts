import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  type Case,
  createDataset,
  type Dataset,
  type Diagnosis,
  type Entry,
  type Mask,
  phantom,
} from '@diff/datasets';
import type { Config } from '../config/schema.js';
import { openData, patternNames } from '../data/open-data.js';
import type { DataSummary } from '../folder/results.js';
import { UserError } from '../user-error.js';
import { byArea, rankNames } from './by-area.js';

/** A case that can be used: diagnosed, and every structure outlined by someone. */
export interface UsableCase extends Pick<Case, 'id' | 'image' | 'annotations'> {
  patient: string;
  diagnosis: Diagnosis;
}

export interface LoadedData {
  summary: DataSummary;
  /** All of one size and as many channels, in shared memory: every worker sees the same. */
  cases: UsableCase[];
  /** The same, to be split. */
  dataset: Dataset;
  /** Cases that are diagnosed and not outlined, where a guide learns from them: of the same size, without annotations. */
  unoutlined: { cases: UsableCase[]; entries: readonly Entry[] };
  /** See `Provenance.dataHash`. */
  hash: string;
}

export interface LoadOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Reads or draws all cases, and leaves out, with a reason, those that cannot be used. Where there are more than
 * `data.cases`, it takes so many at random.
 *
 * @throws UserError where there is no such folder, rater or structure, or no case can be used.
 */
export async function loadData(
  { data, seed, segmentation }: Pick<Config, 'data' | 'seed'> & Partial<Pick<Config, 'segmentation'>>,
  { signal, onProgress }: LoadOptions = {},
): Promise<LoadedData> {
  const guided = segmentation?.guide === 'image';
  const { source, structures, listed, wanted, unusable, diagnosed, bare } = await listData(data, seed, {
    guided,
  });
  const fewest = data.fewestRaters;
  const skipped = [...unusable];

  const decoded = new Map<string, Case>();
  for (const part of [wanted, diagnosed])
    for await (const one of part.cases({ signal })) {
      decoded.set(one.id, one);
      onProgress?.(decoded.size, wanted.length + diagnosed.length);
    }
  const usable: Case[] = [];
  for (const { id } of wanted.entries) {
    const one = decoded.get(id);
    const reason = one && lacking(structures, one.annotations, fewest);
    if (one && !reason) usable.push(one);
    else skipped.push({ id, reason: [problemOf(source, id), reason].filter(Boolean).join('; ') });
  }
  const pictures = diagnosed.entries.flatMap(({ id }): Case[] => {
    const one = decoded.get(id);
    if (one) return [{ ...one, annotations: {} }];
    skipped.push({ id, reason: problemOf(source, id) ?? '' });
    return [];
  });
  if (usable.length === 0) throw new UserError(nothingUsable(data, source, [...bare, ...skipped]));

  const channels = Math.max(...[...usable, ...pictures].map(({ image }) => image.channels));
  const named = data.anonymous ? usable.map(withRanks) : usable;
  const cases = named.map((one) => inSharedMemory(one, structures, channels));
  const unoutlined = pictures.map((one) => inSharedMemory(one, structures, channels));
  const taught = new Set(unoutlined.map(({ id }) => id));
  const byId = new Map(cases.map((one) => [one.id, one]));
  const drawn = new Set(wanted.entries);
  const described = source.filter((entry) => drawn.has(entry) || !listed.entries.includes(entry));
  return {
    summary: {
      name: nameOf(source, data.root),
      description: await inMemory(described, decoded).describe(),
      skipped,
      structures,
      raters: data.anonymous ? rankNames(source.raters.length) : [...source.raters],
      // Each phantom is of a patient of its own.
      withoutPatient:
        data.root === undefined ? 0 : usable.filter(({ patient }) => patient === undefined).length,
      ...(guided && { unoutlined: unoutlined.length }),
    },
    cases,
    dataset: inMemory(
      wanted.filter(({ id }) => byId.has(id)),
      byId,
    ),
    unoutlined: { cases: unoutlined, entries: diagnosed.entries.filter(({ id }) => taught.has(id)) },
    hash: hashOf([...cases, ...unoutlined]),
  };
}

/** What the data are called: a published layout by its own name, a folder of one's own by the folder's. */
export const nameOf = ({ name }: Dataset, root: string | undefined): string =>
  name === 'folder' && root !== undefined ? basename(resolve(root)) : name;

/** What is asked for of the data; without a size, images keep their own. */
type Source = Omit<Config['data'], 'size'> & { size?: number | undefined };

/**
 * What there is by names and tables; nothing of it is read yet. `listed` are the cases that can be used as far as these show,
 * `wanted` those of them that are taken, drawn by lot where there are more than `data.cases`. `diagnosed` are those, as many at
 * most, that lack nothing but outlines, where something is `guided` by them; else they cannot be used.
 *
 * @throws UserError where there is no such folder, rater or structure.
 */
export async function listData(data: Source, seed: number, { guided = false } = {}) {
  const source = await openSource(data, seed);
  const structures = [...(data.structures ?? source.structures)];
  const unknown = structures.find((name) => !source.structures.includes(name));
  if (unknown !== undefined)
    throw new UserError(
      `data.structures has ${JSON.stringify(unknown)}, expected some of ${source.structures.join(', ')}`,
    );
  const unusable: DataSummary['skipped'] = [];
  const bare: DataSummary['skipped'] = [];
  const listed = source.filter(({ id, diagnosis, annotated }) => {
    const lack = lacking(structures, annotated, data.fewestRaters);
    const reason = diagnosis === undefined ? UNDIAGNOSED : lack;
    if (guided && lack && diagnosis !== undefined) bare.push({ id, reason: lack });
    else if (reason) unusable.push({ id, reason });
    return !reason;
  });
  const some = (part: Dataset) => sample(part, data.cases ?? part.length, seed);
  const withoutOutlines = new Set(bare.map(({ id }) => id));
  const diagnosed = some(source.filter(({ id }) => withoutOutlines.has(id)));
  return { source, structures, listed, wanted: some(listed), diagnosed, unusable, bare };
}

async function openSource(data: Source, seed: number): Promise<Dataset> {
  const { root, phantom: kind, cases = 240, prevalence, size, slices, ...rest } = data;
  const { test, folds, split, anonymous, fewestRaters, outlined, ...flags } = rest;
  if (root !== undefined) {
    const found = await stat(root).catch(() => undefined);
    if (!found?.isDirectory()) throw new UserError(`there is no folder ${resolve(root)}`);
    return openData(root, flags, { slices, ...(size !== undefined && { size }) });
  }
  const stray = patternNames.find((name) => flags[name] !== undefined);
  if (stray)
    throw new UserError(`${stray} belongs to a folder of your own, and there is none (--data, data.root)`);
  const { raters } = flags;
  try {
    return phantom(kind, {
      cases,
      prevalence,
      seed,
      ...(size !== undefined && { size }),
      ...(raters && { raters }),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(error.message.replace(/^\w+: /, ''));
    throw error;
  }
}

const UNDIAGNOSED = 'no diagnosis';

/** What stands against the use of a case: structures that nobody outlined, or too few. */
function lacking(
  structures: readonly string[],
  annotated: Readonly<Record<string, object>>,
  fewest = 1,
): string | undefined {
  const absent = structures.filter((name) => Object.keys(annotated[name] ?? {}).length < fewest);
  const who = fewest === 1 ? 'nobody' : `fewer than ${fewest} raters`;
  return absent.length ? `${who} outlined the ${absent.join(' and the ')}` : undefined;
}

function sample(dataset: Dataset, count: number, seed: number): Dataset {
  const drawn = new Set(
    dataset
      .shuffle(seed)
      .take(Math.min(count, dataset.length))
      .entries.map(({ id }) => id),
  );
  return dataset.filter(({ id }) => drawn.has(id));
}

const problemOf = ({ problems }: Dataset, id: string) =>
  problems.filter((problem) => problem.id === id).map(({ path, reason }) => `${path}: ${reason}`)[0];

function nothingUsable(
  { root, images, masks, labels }: Config['data'],
  { length, name }: Dataset,
  skipped: DataSummary['skipped'],
): string {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  const which = `none of the ${length} cases in ${root} (${name}) can be used`;
  const lost = labels === undefined && (images ?? masks) !== undefined;
  const hint = lost ? ': --labels says where diagnoses are' : '';
  if (reasons.length === 1) return `${which}: ${reasons[0]}${reasons[0] === UNDIAGNOSED ? hint : ''}`;
  return `${which}, the first because ${skipped[0]?.reason}`;
}

const withRanks = (one: Case): Case => ({
  ...one,
  annotations: Object.fromEntries(
    Object.entries(one.annotations).map(([structure, masks]) => [structure, byArea(masks)]),
  ),
});

const inMemory = (dataset: Dataset, cases: ReadonlyMap<string, Case>): Dataset =>
  createDataset({
    name: dataset.name,
    entries: dataset.entries,
    structures: dataset.structures,
    raters: dataset.raters,
    problems: dataset.problems,
    load: ({ id }) => cases.get(id),
  });

function inSharedMemory(one: Case, structures: readonly string[], channels: number): UsableCase {
  const { id, patient = id, diagnosis, image, annotations } = one;
  const data = new Float32Array(new SharedArrayBuffer(4 * image.height * image.width * channels));
  // Where some images are in colour, grey becomes colour.
  for (let i = 0; i < data.length; i++)
    data[i] = image.data[image.channels === channels ? i : Math.floor(i / channels)]!;
  const share = (mask: Mask): Mask => {
    const Values = mask.constructor as Float32ArrayConstructor;
    const copy = new Values(new SharedArrayBuffer(mask.byteLength));
    copy.set(mask);
    return copy;
  };
  const shareAll = (masks: Record<string, Mask>) =>
    Object.fromEntries(Object.entries(masks).map(([rater, mask]) => [rater, share(mask)]));
  return {
    id,
    patient,
    diagnosis: diagnosis!,
    image: { ...image, data, channels },
    annotations: Object.fromEntries(structures.map((name) => [name, shareAll(annotations[name] ?? {})])),
  };
}

/** Over cases in their order: what they are as JSON, then images and masks as they are in memory. */
function hashOf(cases: readonly UsableCase[]): string {
  const hash = createHash('sha256');
  for (const { id, patient, diagnosis, image, annotations } of cases) {
    const { height, width, channels } = image;
    const masks = Object.entries(annotations).flatMap(([structure, byRater]) =>
      Object.entries(byRater)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([rater, mask]) => ({ name: [structure, rater], mask })),
    );
    const names = masks.map(({ name }) => name);
    hash.update(JSON.stringify({ id, patient, diagnosis, height, width, channels, names }));
    for (const values of [image.data, ...masks.map(({ mask }) => mask)])
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
