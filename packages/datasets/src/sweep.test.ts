import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Swept, sweep } from '@diff/checks/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as datasets from './index.js';
import { batches } from './tfjs/batches.js';

const EMPTY = 'a folder';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-sweep-'));
  await mkdir(join(folder, 'empty'));
});
afterAll(() => rm(folder, { recursive: true }));
/** The folder in place of the word for it: arguments are written down before it is there. Any other name lies in it too. */
const at = (root: unknown, part = '') =>
  (root && typeof root === 'string' ? join(folder, root === EMPTY ? part : root) : root) as string;

const { signal } = new AbortController();
const reading = {
  size: { width: 8, height: 8 },
  aspect: 'keep',
  imageBy: 'area',
  maskBy: 'nearest',
  crop: { around: 'centre', margin: 0.1 },
  channels: 1,
  raters: ['1'],
  structures: ['object'],
  missing: 'keep',
  strict: false,
  grid: 'same',
  prefetch: 1,
  pixelLimit: 1e6,
  voxelLimit: 1e6,
  tableLimit: 1e6,
};
const needed = ['options.size.width', 'options.size.height', 'options.crop.around'];
/** A root and names of raters and structures may be any text; so may what a crop is around. */
const names = (place: string, hostile: string) =>
  (/^root$|around$|(raters|structures|yes|no|panel)(\[|$)|options\.(image|mask|labels|images|masks|structure)|label\.|columns|patients/.test(
    place,
  ) &&
    /an unknown name|toString|__proto__|a long string|^\[\]$/.test(hostile)) ||
  (place === 'options.size' && hostile === '3');

type Case = Pick<Swept, 'args'> & Partial<Swept>;
type Loader = (root: string, options: object) => Promise<unknown>;

/** What a loader makes of an empty folder, or of one that is not there. */
const nothing = (load: Loader) => async (root: string, options: object) => {
  try {
    return typeof (await load(at(root, 'empty'), options));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    if (/found no case|none of the layouts|cannot be read|no such table/.test(message) || code)
      return 'nothing';
    throw error;
  }
};

const loader = (load: unknown, own: Record<string, unknown> = {}): Case => ({
  args: { root: EMPTY, options: { ...reading, ...own } },
  run: nothing(load as Loader) as Swept['run'],
  required: ['root', ...needed],
  documented: names,
});

const ofFolder = {
  yes: ['ill'],
  no: ['well'],
  above: 3,
  panel: ['1'],
};
const image = { data: [0, 0.5, 1, 0.25], height: 2, width: 2, channels: 1 };
const entries = [{ id: 'a', annotated: { object: ['1'] } }];
const mask = new Uint8Array([0, 1, 1, 0]);
const one = {
  id: 'a',
  image: { ...image, data: Float32Array.from(image.data) },
  annotations: { object: { 1: mask } },
};
const dataset = datasets.phantom('skin', { cases: 4, size: 16 });
const plane = (place: string, hostile: string) =>
  /^image$|^extent$/.test(place) && hostile.startsWith('an option');
const imageNames = ['image', 'image.data', 'image.height', 'image.width', 'image.channels'];

/** Right arguments of every public function, with every option that it has. */
const functions: Record<string, Case> = {
  buBil: loader(datasets.buBil, {}),
  ddti: loader(datasets.ddti),
  drishti: loader(datasets.drishti),
  folder: {
    ...loader(datasets.folder, {
      ...ofFolder,
      image: '{id}.png',
      mask: 'm/{id}.png',
      label: { file: 'a.csv', id: 'id', diagnosis: 'd', patient: 'p', split: 's' },
      slice: 1,
      volume: false,
      nan: 'refuse',
    }),
    required: [
      'root',
      'options',
      ...needed,
      ...['file', 'id', 'diagnosis'].map((name) => `options.label.${name}`),
    ],
  },
  gleason: loader(datasets.gleason),
  isic: loader(datasets.isic),
  lidc: loader(datasets.lidc, { labels: 'a.csv', slices: 'all' }),
  openAny: loader(datasets.openAny, {
    ...ofFolder,
    images: '{id}.png',
    masks: ['m/{id}.png'],
    labels: 'a.csv',
    columns: { id: 'id', diagnosis: 'd', patient: 'p', split: 's' },
    patients: 'p',
  }),
  papila: loader(datasets.papila),
  qubiq: loader(datasets.qubiq),
  refuge2: loader(datasets.refuge2),
  riga: loader(datasets.riga),
  tnmix: loader(datasets.tnmix),
  tnscui: loader(datasets.tnscui),
  contactSheet: {
    args: { cases: [one], options: { tile: 8, columns: 1, structures: ['object'], raters: ['1'] } },
    run: async (...args: Parameters<typeof datasets.contactSheet>) =>
      (await datasets.contactSheet(...args)).image.data.length,
    opaque: ['cases[0]'],
    documented: names,
    mentions: ['values'],
  },
  createDataset: {
    args: {
      source: {
        name: 'a',
        entries,
        load: () => undefined,
        structures: ['object'],
        raters: ['1'],
        problems: [],
        strict: false,
        prefetch: 1,
      },
    },
    run: (source: never) => datasets.createDataset(source).length,
    required: ['source', 'source.name', 'source.entries', 'source.load'],
    opaque: ['source.entries[0]', 'source.problems'],
    documented: (place, hostile) =>
      names(place, hostile) || place === 'source.name' || (place === 'source.entries' && hostile === '[]'),
  },
  encodePng: {
    args: { image, options: { bits: 16 } },
    run: async (...args: Parameters<typeof datasets.encodePng>) => (await datasets.encodePng(...args)).length,
    required: imageNames,
    documented: plane,
    mentions: ['values'],
  },
  encodeCoco: {
    args: {
      images: [{ file: 'a.png', height: 2, width: 2, masks: { lesion: mask } }],
      options: { threshold: 0.5 },
    },
    run: (...args: Parameters<typeof datasets.encodeCoco>) => typeof datasets.encodeCoco(...args),
    required: [
      'images',
      'images[0]',
      ...['file', 'height', 'width', 'masks', 'masks.lesion'].map((name) => `images[0].${name}`),
    ],
    documented: (place, hostile) =>
      place === 'images' ||
      place === 'images[0].file' ||
      (/^images\[0\]/.test(place) && hostile.startsWith('an option')),
    mentions: ['values', 'mask'],
  },
  encodeGeoJson: {
    args: { masks: { lesion: mask }, size: { height: 2, width: 2 }, options: { threshold: 0.5 } },
    run: (...args: Parameters<typeof datasets.encodeGeoJson>) => typeof datasets.encodeGeoJson(...args),
    required: ['masks', 'masks.lesion', 'size', 'size.height', 'size.width'],
    documented: (place, hostile) => /^(masks|size)$/.test(place) && hostile.startsWith('an option'),
    mentions: ['values', 'mask'],
  },
  encodeDicomSeg: {
    args: {
      segments: { lesion: mask },
      extent: { height: 2, width: 2, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
    },
    run: (...args: Parameters<typeof datasets.encodeDicomSeg>) => datasets.encodeDicomSeg(...args).length > 0,
    required: ['segments', 'segments.lesion', 'extent', 'extent.height', 'extent.width', 'extent.affine'],
    documented: (place, hostile) => /^(segments|extent)$/.test(place) && hostile.startsWith('an option'),
    mentions: ['values', 'the affine'],
  },
  encodePnm: {
    args: { image, options: { bits: 16 } },
    run: (...args: Parameters<typeof datasets.encodePnm>) => datasets.encodePnm(...args).length,
    required: imageNames,
    documented: plane,
    mentions: ['values'],
  },
  ...Object.fromEntries(
    Object.entries({
      encodeTiff: datasets.encodeTiff,
      encodeNifti: datasets.encodeNifti,
      encodeNrrd: datasets.encodeNrrd,
      encodeMetaImage: datasets.encodeMetaImage,
    }).map(([name, encode]): [string, Case] => [
      name,
      {
        args: { values: mask, extent: { height: 2, width: 2, depth: 1, spacing: [1, 2] } },
        run: async (values, extent) => (await encode(values, extent)).length > 0,
        required: ['values', 'extent', 'extent.height', 'extent.width'],
        documented: plane,
        mentions: ['image'],
      },
    ]),
  ),
  resize: {
    args: { image, size: { height: 1, width: 3 }, options: { by: 'bilinear' } },
    required: [...imageNames, 'size', 'size.width', 'size.height'],
    // The size may be that of anything that has a width and a height.
    documented: (place, hostile) =>
      plane(place, hostile) || (place === 'size' && (hostile === '3' || hostile.startsWith('an option'))),
    mentions: ['values'],
  },
  readImage: {
    args: {
      path: EMPTY,
      options: { channels: 1, pixelLimit: 1e6, slice: 0, volume: false, nan: 'refuse', stored: false },
    },
    run: nothing((path: string, options: object) => datasets.readImage(path, options)) as Swept['run'],
    documented: (place) => place === 'path',
  },
  phantom: {
    args: {
      kind: 'skin',
      options: {
        cases: 2,
        size: 16,
        raters: [{ ...datasets.raterCharacters.skin[0]! }],
        seed: 1,
        prevalence: 0.5,
        effect: 1,
        imageEvidence: 0.5,
        clinicalEvidence: 1,
        awareness: 1,
        ambiguity: 1,
        view: 'disc',
      },
    },
    run: (...args: Parameters<typeof datasets.phantom>) => datasets.phantom(...args).name,
    required: [
      'kind',
      ...Object.keys(datasets.raterCharacters.skin[0]!).map((name) => `options.raters[0].${name}`),
    ],
    documented: (place, hostile) =>
      place === 'options.raters[0].name' || (place === 'options.raters' && hostile === '3'),
  },
  predictedAuc: { args: { kind: 'skin', of: 'truth', options: { cases: 2, size: 16 } } },
  write: {
    args: {
      dataset: 'a dataset',
      root: EMPTY,
      layout: 'folder',
      options: { structure: 'lesion', allow: ['colour'], signal, onProgress: () => {} },
    },
    run: async (given, root, layout, options) => {
      try {
        await datasets.write(
          given === ('a dataset' as unknown) ? dataset.take(0) : given,
          at(root, 'out'),
          layout,
          options,
        );
      } catch (error) {
        if (!(error as NodeJS.ErrnoException).code) throw error;
      }
    },
    opaque: ['options.signal'],
    documented: (place, hostile) => names(place, hostile) || place === 'options.allow',
    mentions: ['the dataset'],
  },
};

/** Methods of a dataset, by their own names. */
const methods: Record<string, Case> = {
  cases: {
    args: { options: { signal, prefetch: 0 } },
    run: (options) => typeof dataset.cases(options),
    opaque: ['options.signal'],
  },
  describe: {
    args: { options: { decode: false, signal, onProgress: () => {} } },
    run: (options) => dataset.describe(options),
    opaque: ['options.signal'],
  },
  filter: { args: { keep: () => true }, run: (keep) => dataset.filter(keep).length },
  map: { args: { change: (one: unknown) => one }, run: (change) => dataset.map(change).length },
  take: { args: { count: 1 }, run: (count) => dataset.take(count).length },
  shuffle: { args: { seed: 1 }, run: (seed) => dataset.shuffle(seed).length },
  split: {
    args: { options: { fractions: { a: 0.5, b: 0.5 }, by: 'case', stratify: 'diagnosis', seed: 1 } },
    run: (options) => Object.keys(dataset.split(options)),
    documented: (place, hostile) => place === 'options.fractions' && hostile.startsWith('an option'),
    required: ['options.fractions.a', 'options.fractions.b'],
  },
  folds: {
    args: { k: 2, options: { by: 'case', stratify: 'diagnosis', seed: 1 } },
    run: (...args: Parameters<typeof dataset.folds>) => dataset.folds(...args).length,
  },
  batches: {
    args: {
      options: {
        batchSize: 2,
        dropLast: true,
        shuffle: 1,
        structures: ['lesion'],
        raters: ['1'],
        target: 'mean',
        signal,
      },
    },
    run: (options) => batches(dataset, options).size,
    opaque: ['options.signal'],
    documented: names,
  },
};

const plain = ['DataError', 'raterCharacters'];

describe('every public function, with hostile values in place of each argument and option', () => {
  it('is swept', () => {
    expect([...Object.keys(functions), ...plain].sort()).toEqual(Object.keys(datasets).sort());
  });

  it.each([...Object.entries(functions), ...Object.entries(methods)])(
    '%s: an answer that is documented, or an error that explains itself',
    async (name, swept) => {
      const run = (datasets as unknown as Record<string, Swept['run']>)[name]!;
      expect(await sweep({ name, run, ...swept })).toEqual([]);
    },
    60_000,
  );
});
