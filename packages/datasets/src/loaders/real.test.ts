import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../dataset/entry.js';
import { buBil } from './bu-bil.js';
import { ddti } from './ddti.js';
import { lidc } from './lidc.js';
import { openAny } from './open-any.js';

const data = resolve(process.env.DIFF_DATA ?? '../shared/data');
const real = (name: string) => {
  const root = join(data, name);
  if (!existsSync(root)) console.warn(`skipped: no ${root} (DIFF_DATA says where the real data are)`);
  return { root, run: describe.skipIf(!existsSync(root)) };
};

const count = <T>(items: Iterable<T>) => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[String(item)] = (counts[String(item)] ?? 0) + 1;
  return counts;
};

const sum = (values: ArrayLike<number>) => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

const { root: ddtiRoot, run: withDdti } = real('ddti');
withDdti('the real DDTI', () => {
  // Counted here with nothing but regular expressions and JSON.parse.
  const names = existsSync(ddtiRoot) ? readdirSync(ddtiRoot) : [];
  const xml = names
    .filter((name) => name.endsWith('.xml'))
    .map((name) => ({ name, text: readFileSync(join(ddtiRoot, name), 'utf8') }));
  const images = names.filter((name) => name.endsWith('.jpg'));
  const marks = xml.flatMap(({ name, text }) =>
    [...text.matchAll(/<mark>([\s\S]*?)<\/mark>/g)].map(([, mark]) => ({
      image: `${name.replace('.xml', '')}_${/<image>(\d+)/.exec(mark!)![1]}`,
      svg: /<svg>([\s\S]*?)<\/svg>/.exec(mark!)?.[1]?.trim() ?? '',
    })),
  );
  const tirads = new Map(
    xml.map(({ name, text }) => [name.replace('.xml', ''), /<tirads>([^<]*)/.exec(text)![1]!.trim()]),
  );

  test('has 234 XML files and 288 images, tallied by TI-RADS as the XML says', async () => {
    expect([xml.length, images.length]).toEqual([234, 288]);
    const dataset = await ddti(ddtiRoot);
    expect(dataset.length).toBe(288);
    expect(new Set(dataset.entries.map(({ patient }) => patient)).size).toBe(234);
    const byCase = count(images.map((image) => tirads.get(image.split('_')[0]!)));
    expect(count(dataset.entries.map(({ meta }) => meta!.tirads))).toEqual(byCase);
    const byPatient = count(
      new Map(dataset.entries.map(({ patient, meta }) => [patient, meta!.tirads])).values(),
    );
    expect(byPatient).toEqual(count(tirads.values()));
    expect(byPatient).toEqual({ '': 62, 2: 22, 3: 10, '4a': 50, '4b': 41, '4c': 28, 5: 21 });
    console.log('DDTI, images by TI-RADS:', byCase);
    for (const { diagnosis, meta } of dataset.entries) {
      const expected = meta!.tirads === '' ? undefined : Number(!['2', '3'].includes(meta!.tirads as string));
      expect(diagnosis).toBe(expected);
    }
    const later = await ddti(ddtiRoot, { malignantFrom: '4b' });
    expect(later.entries.filter(({ diagnosis }) => diagnosis === 1)).toHaveLength(
      byCase['4b']! + byCase['4c']! + byCase['5']!,
    );
  });

  test('has its regions outlined and its five problems told', async () => {
    const filled = marks.filter(({ svg }) => svg !== '');
    const regions = filled.flatMap(({ svg }) => JSON.parse(svg) as { points: { x: number; y: number }[] }[]);
    console.log(`DDTI: ${marks.length} marks, ${filled.length} with an outline, ${regions.length} regions`);
    expect([marks.length, filled.length, regions.length]).toEqual([289, 284, 403]);

    const dataset = await ddti(ddtiRoot);
    const { problems, raters, decoded } = await dataset.describe();
    console.log(
      'DDTI, problems:',
      problems.map(({ path, reason }) => `${path}: ${reason}`),
    );
    expect(decoded).toBe(288);
    expect(raters.nodule).toEqual({
      1: filled.filter(({ image }) => images.includes(`${image}.jpg`)).length,
    });
    const empty = marks
      .filter(({ image, svg }) => svg === '' && images.includes(`${image}.jpg`))
      .map(({ image }) => image);
    const absent = marks.filter(({ image }) => !images.includes(`${image}.jpg`)).map(({ image }) => image);
    expect(problems.flatMap(({ id }) => id ?? []).sort()).toEqual(empty.sort());
    expect(problems.filter(({ outcome }) => outcome === 'skipped').map(({ reason }) => reason)).toEqual(
      absent.map((image) => `marks ${image}.jpg, which is not there`),
    );
    expect(problems).toHaveLength(5);
  });

  test('has masks whose area is that of the polygons, to within their circumference', async () => {
    const byImage = new Map(marks.map(({ image, svg }) => [image, svg]));
    const dataset = (await ddti(ddtiRoot))
      .filter(({ annotated }) => annotated.nodule !== undefined)
      .shuffle(1)
      .take(40);
    for await (const { id, annotations } of dataset.cases()) {
      const regions = JSON.parse(byImage.get(id)!) as { points: { x: number; y: number }[] }[];
      let [area, around] = [0, 0];
      for (const { points } of regions) {
        let twice = 0;
        points.forEach((a, k) => {
          const b = points[(k + 1) % points.length]!;
          twice += a.x * b.y - b.x * a.y;
          around += Math.hypot(b.x - a.x, b.y - a.y);
        });
        area += Math.abs(twice) / 2;
      }
      const pixels = sum(annotations.nodule!['1']!);
      expect(Math.abs(pixels - area)).toBeLessThan(around);
    }
  });
});

const { root: lidcRoot, run: withLidc } = real('lidc');
withLidc('the real LIDC', () => {
  test('has 350 patients, 560 nodules and 2,795 slices, 218 nodules malignant, 270 benign, 72 neither', async () => {
    const dataset = await lidc(lidcRoot);
    expect(dataset.length).toBe(2795);
    expect(new Set(dataset.entries.map(({ patient }) => patient)).size).toBe(350);
    const nodules = new Map(dataset.entries.map((entry) => [entry.meta!.nodule, entry.diagnosis]));
    expect(nodules.size).toBe(560);
    expect(count(nodules.values())).toEqual({ 1: 218, 0: 270, undefined: 72 });
    expect(dataset.raters).toEqual(['0', '1', '2', '3']);
    expect(dataset.problems).toEqual([]);
    const rows = readFileSync(join(lidcRoot, 'labels.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    expect(rows.map(([, , slices]) => Number(slices)).reduce((a, b) => a + b)).toBe(2795);
    for (const [patient, nodule, , , , , , mean] of rows) {
      expect(nodules.get(`${patient}/${nodule}`)).toBe(
        Number(mean) === 3 ? undefined : Number(Number(mean) > 3),
      );
    }
  });

  test("has each reader's area as the PNG files have it", async () => {
    for await (const { id, image, annotations } of (await lidc(lidcRoot)).shuffle(3).take(60).cases()) {
      const slice = id.slice(id.lastIndexOf('/') + 1);
      const nodule = id.slice(0, id.lastIndexOf('/'));
      expect([image.width, image.height, image.channels]).toEqual([128, 128, 1]);
      for (const reader of ['0', '1', '2', '3']) {
        const { channels } = await sharp(join(lidcRoot, nodule, `mask-${reader}`, `${slice}.png`)).stats();
        const area = sum(annotations.nodule![reader]!);
        expect(area).toBe(channels[0]!.sum / 255);
      }
    }
  });

  test('splits by patient into sixty, twenty and twenty per cent, each with its share of malignant slices', async () => {
    const dataset = await lidc(lidcRoot);
    const share = (entries: readonly Entry[]) => entries.filter(({ diagnosis }) => diagnosis === 1).length;
    const { train, validation, test: held } = dataset.split({ seed: 4 });
    expect(train.length / 2795).toBeCloseTo(0.6, 2);
    for (const part of [train, validation, held]) {
      expect(share(part.entries) / part.length).toBeCloseTo(share(dataset.entries) / 2795, 2);
    }
  });
});

const { root: buBilRoot, run: withBuBil } = real('bu-bil');
withBuBil('the real BU-BIL', () => {
  test('has 35 images, outlined by ten experts, seven of the crowd and the gold standard', async () => {
    const dataset = await buBil(buBilRoot);
    expect(dataset.length).toBe(35);
    expect(dataset.raters).toHaveLength(18);
    const { raters, problems } = await dataset.describe();
    expect(Object.values(raters.object!)).toEqual(Array(7).fill(35));
    // The experts' and the gold masks are of the frame that the images were cut from.
    expect(problems).toHaveLength(35 * 11);
    for (const { reason } of problems) expect(reason).toMatch(/^512×512 pixels, its image has \d+×\d+$/);
  });

  test('has its experts where the crowd is, once they are placed', async () => {
    const dataset = (await buBil(buBilRoot, { align: true })).take(12);
    for await (const { annotations } of dataset.cases()) {
      const masks = annotations.object!;
      const crowd = Object.keys(masks).filter((name) => name.startsWith('mturk'));
      const gold = masks.gold!;
      const votes = gold.map((_: number, i: number) =>
        Number(crowd.filter((name) => masks[name]![i]).length > 3),
      );
      const shared = sum(gold.map((value: number, i: number) => value * votes[i]!));
      expect((2 * shared) / (sum(gold) + sum(votes))).toBeGreaterThan(0.8);
    }
  });
});

describe.skipIf(!existsSync(data))('any of the real folders', () => {
  test.each(['ddti', 'lidc', 'bu-bil'])('%s is recognised', async (name) => {
    if (existsSync(join(data, name))) expect((await openAny(join(data, name))).name).toBe(name);
  });
});
