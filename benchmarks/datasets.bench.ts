import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lidc, phantom } from '@diff/datasets';
import sharp from 'sharp';
import { compare, type Suite, significant, tabulate } from './harness.js';

const root = join(resolve(process.env.DIFF_DATA ?? '../shared/data'), 'lidc');
const CASES = 200;

const suite: Suite = async (report) => {
  report.heading('Decoding LIDC slices with their four masks');
  if (existsSync(root)) {
    const whole = await lidc(root);
    const dataset = whole.take(CASES);
    const files = dataset.entries.flatMap((entry) => {
      const { image, masks } = entry as unknown as { image: string; masks: { path: string }[] };
      return [image, ...masks.map(({ path }) => path)].map((path) => join(root, path));
    });
    // As many files at a time as the dataset has: four cases ahead and the one next, of five files each.
    const sharpAlone = async (decode: (path: string) => Promise<unknown>) => {
      let next = 0;
      await Promise.all(
        Array.from({ length: 25 }, async () => {
          while (next < files.length) await decode(files[next++]!);
        }),
      );
    };
    const rows = await compare(
      {
        'sharp alone, to grey': () =>
          sharpAlone((path) => sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })),
        'sharp alone, as it comes': () =>
          sharpAlone((path) => sharp(path).raw().toBuffer({ resolveWithObject: true })),
        'lidc().cases()': async () => {
          for await (const _ of dataset.cases());
        },
      },
      { rounds: 9, time: 1, iterations: 1 },
    );
    report.note(
      `${CASES} cases, ${files.length} PNG files of 128×128, on libuv's ${process.env.UV_THREADPOOL_SIZE ?? 4} threads. ` +
        'sharp alone leaves bytes; the dataset leaves an image of floats and masks of 0 and 1, checked. ' +
        `It runs at ${significant((100 * rows[0]!.milliseconds) / rows[2]!.milliseconds)} % of the speed of sharp alone to grey, ` +
        `${significant((100 * rows[1]!.milliseconds) / rows[2]!.milliseconds)} % of its speed without that (target: 80 %).`,
    );
    tabulate(report, rows);

    const marks: number[] = [];
    let done = 0;
    for await (const _ of whole.cases()) {
      done++;
      if (done % Math.floor(whole.length / 5) === 0) marks.push(process.memoryUsage().rss / 2 ** 20);
    }
    report.note(`Memory of the process over one pass of all ${done} cases, in MiB:`);
    report.table(
      ['20 %', '40 %', '60 %', '80 %', '100 %'],
      [marks.slice(0, 5).map((mark) => Math.round(mark))],
    );
  } else {
    report.note(`Skipped: no ${root} (DIFF_DATA says where the real data are).`);
  }

  report.heading('Drawing phantoms');
  const kinds = ['fundus', 'thyroid', 'skin', 'lung'] as const;
  const rows = await compare(
    Object.fromEntries(
      kinds.map((kind) => [
        `${kind}, 256×256`,
        async () => {
          for await (const _ of phantom(kind, { cases: 4, size: 256, seed: 1 }).cases());
        },
      ]),
    ),
    { rounds: 3, time: 1, iterations: 1 },
  );
  report.table(
    ['four cases of', 'ms per case'],
    rows.map(({ name, milliseconds }) => [name, significant(milliseconds / 4)]),
  );
};

export default suite;
