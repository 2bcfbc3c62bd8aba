// A loader of your own: list what there is without decoding it, and decode a case when it is asked for.
import { createDataset } from '@diff/datasets';

// Here the "files" are lines of text; read yours in `load` instead.
const files: Record<string, string[]> = {
  '7-left': ['..##..', '.###..'],
  '7-right': ['.###..', '.####.'],
  '8-left': ['...#..'],
};
const ill = new Set(['8']);

const dataset = createDataset({
  name: 'my clinic',
  entries: Object.entries(files).map(([id, drawn]) => {
    const patient = id.split('-')[0]!; // both eyes of a patient stay together in every split
    const raters = drawn.map((_, i) => `reader ${i + 1}`);
    return {
      id,
      patient,
      diagnosis: ill.has(patient) ? (1 as const) : (0 as const),
      annotated: { cup: raters },
    };
  }),
  load: async (entry, { report }) => {
    const drawn = files[entry.id]!;
    if (drawn.length < 2) report({ path: entry.id, reason: 'only one reader', outcome: 'kept' });
    const masks = drawn.map((line) => Uint8Array.from(line, (mark) => (mark === '#' ? 1 : 0)));
    return {
      ...entry,
      image: { data: new Float32Array(6), height: 1, width: 6, channels: 1 },
      annotations: { cup: Object.fromEntries(masks.map((mask, i) => [`reader ${i + 1}`, mask])) },
    };
  },
});

const { train, test } = dataset.split({ fractions: { train: 0.5, test: 0.5 }, seed: 1 });
console.log(
  'to train on:',
  train.entries.map(({ id }) => id),
  'to test on:',
  test.entries.map(({ id }) => id),
);
for await (const { id, annotations } of dataset.cases())
  console.log(id, Object.keys(annotations.cup!).join(', '));
console.log('noted:', dataset.problems.map(({ path, reason }) => `${path}: ${reason}`).join('; '));
