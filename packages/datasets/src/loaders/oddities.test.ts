import { copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Case } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Entry } from '../dataset/entry.js';
import { folderOf, hugePng, nifti } from '../fixtures/temporary.js';
import { phantom } from '../phantom/phantom.js';
import { LOSSES } from '../writers/losses.js';
import { type LayoutName, write } from '../writers/write.js';
import { buBil } from './bu-bil.js';
import { ddti } from './ddti.js';
import { folder } from './folder.js';
import { isic } from './isic.js';
import { lidc } from './lidc.js';
import { openAny } from './open-any.js';
import { papila } from './papila.js';
import { qubiq } from './qubiq.js';
import type { FileEntry } from './reading/file-entry.js';
import type { LoaderOptions } from './reading/options.js';
import { refuge2 } from './refuge2.js';
import { riga } from './riga.js';
import { tnscui } from './tnscui.js';

type Open = (root: string, options?: LoaderOptions) => Promise<Dataset>;

interface Layout {
  layout: LayoutName;
  open: Open;
  kind: 'fundus' | 'thyroid' | 'skin' | 'lung';
  raters?: number;
  /** Default: 72 pixels. */
  size?: number;
  /** Masks are outlines in a text, which has no size. */
  outlines?: boolean;
  /** Relative to the root; rows of it are given a path that leaves. */
  table?: string;
}

const own: Open = (root, options) =>
  folder(root, {
    ...options,
    image: 'images/{id}.png',
    mask: 'masks/{structure}/{rater}/{id}.png',
    label: { file: 'labels.csv', id: 'id', diagnosis: 'diagnosis' },
  });

const layouts: Layout[] = [
  { layout: 'refuge', open: refuge2, kind: 'fundus' },
  { layout: 'refuge2', open: refuge2, kind: 'fundus' },
  { layout: 'refuge-multi-rater', open: refuge2, kind: 'fundus', raters: 3 },
  { layout: 'tnscui', open: tnscui, kind: 'thyroid', raters: 2, table: 'TNSCUI2020_train/train.csv' },
  { layout: 'ddti', open: ddti, kind: 'thyroid', outlines: true },
  { layout: 'isic-2016', open: isic, kind: 'skin' },
  { layout: 'isic-2017', open: isic, kind: 'skin' },
  { layout: 'isic-2018', open: isic, kind: 'skin' },
  { layout: 'isic-multi-mask', open: isic, kind: 'skin', raters: 3 },
  { layout: 'lidc', open: lidc, kind: 'lung', raters: 4, table: 'labels.csv' },
  { layout: 'riga', open: riga, kind: 'fundus', raters: 2, size: 96 },
  { layout: 'riga-prepared', open: riga, kind: 'fundus', raters: 6 },
  { layout: 'qubiq', open: qubiq, kind: 'lung', raters: 3 },
  { layout: 'papila', open: papila, kind: 'fundus', raters: 2, outlines: true },
  { layout: 'bu-bil', open: buBil, kind: 'lung', raters: 3 },
  { layout: 'folder', open: own, kind: 'fundus', raters: 2, table: 'labels.csv' },
];

const CASES = 8;

async function written({ layout, kind, raters, size: usual = 72 }: Layout, size = usual): Promise<string> {
  const root = await folderOf({});
  const drawn = phantom(kind, { cases: CASES, size, prevalence: 0.5, seed: 7, ...(raters && { raters }) });
  const complete = drawn.map((one) => ({ ...one, split: 'train' }));
  await write(complete, root, layout, { allow: LOSSES });
  return root;
}

const casesOf = async (dataset: Dataset) => {
  const cases = new Map<string, Case>();
  for await (const one of dataset.cases()) cases.set(one.id, one);
  return cases;
};

const huge = (path: string) => (/\.nii/.test(path) ? nifti([30_000, 30_000]) : hugePng());

test.each(layouts)(
  '$layout: what is missing, broken, mis-sized or mis-named is told, and harms no other case',
  async (layout) => {
    const { size = 72 } = layout;
    const root = await written(layout, size);
    const sound = await layout.open(root);
    expect((await openAny(root).catch(() => undefined))?.name ?? 'folder').toBe(sound.name);
    const before = await casesOf(sound);
    expect(before.size).toBe(CASES);
    // Nobody draws every case, which is the only thing wrong so far.
    const quiet = new Set(sound.problems.map(({ id }) => id));
    const entries = (sound.entries as (Entry & FileEntry)[]).filter(
      ({ id, masks }) => !quiet.has(id) && masks.length > 0,
    );
    const [missing, broken, sized, large, named] = entries as unknown as FileEntry[] &
      [FileEntry, FileEntry, FileEntry, FileEntry, FileEntry];
    expect(named).toBeDefined();
    const at = (path: string) => join(root, path);
    const hurt = [missing, broken, sized, large, named];

    const gone = missing.masks[0]!.path;
    if (layout.layout === 'ddti') await rm(at(gone));
    else await rm(at(gone));
    await truncate(at(broken.image), 60);
    if (layout.outlines) await writeFile(at(sized.masks[0]!.path), 'neither XML nor points');
    else
      await copyFile(join(await written(layout, size - 24), sized.masks[0]!.path), at(sized.masks[0]!.path));
    await writeFile(at(large.image), huge(large.image));
    const slip = join(dirname(named.masks[0]!.path), `copy of ${basename(named.masks[0]!.path)}`);
    await rename(at(named.masks[0]!.path), at(slip));

    const odd = await layout.open(root);
    const after = await casesOf(odd);
    const told = (path: string) => odd.problems.filter((problem) => problem.path === path);
    const about = (entry: FileEntry) =>
      odd.problems.filter(({ id, path }) => id === entry.id || path === entry.image);

    expect(about(missing).map(({ outcome }) => outcome)).toContain('kept');
    expect(told(broken.image).map(({ outcome }) => outcome)).toContain('skipped');
    expect(
      told(sized.masks[0]!.path)
        .map(({ reason }) => reason)
        .join(),
    ).toMatch(
      layout.outlines
        ? /XML|points/
        : new RegExp(`^${size - 24}×${size - 24} pixels, its (?:image|photograph) has ${size}×${size}`),
    );
    expect(
      told(large.image)
        .map(({ reason }) => reason)
        .join(),
    ).toMatch(/limit/);
    expect(about(named)).not.toEqual([]);
    if (layout.layout !== 'ddti' && layout.layout !== 'papila')
      expect(told(slip.replaceAll('\\', '/'))).toHaveLength(1);

    expect(after.has(broken.id)).toBe(false);
    expect(after.has(large.id)).toBe(false);
    for (const kept of [missing, sized, named])
      expect(after.get(kept.id)?.image).toEqual(before.get(kept.id)!.image);
    for (const [id, one] of before)
      if (!hurt.some((entry) => entry.id === id)) expect(after.get(id)).toEqual(one);

    await expect((async () => casesOf(await layout.open(root, { strict: true })))()).rejects.toThrow(
      /.+: .+/,
    );
    const skipping = await casesOf(await layout.open(root, { missing: 'skip' }));
    expect(skipping.has(missing.id)).toBe(false);
    expect(skipping.has(sized.id)).toBe(false);
    for (const id of skipping.keys()) expect(quiet.has(id)).toBe(false);
    await expect((async () => casesOf(await layout.open(root, { missing: 'error' })))()).rejects.toThrow(
      /.+: .+/,
    );
  },
);

test.each(layouts.filter(({ table }) => table))(
  '$layout: a path that leaves the root is told and not followed',
  async (layout) => {
    const root = await written(layout);
    const outside = await folderOf({ 'secret.png': 'secret' });
    const table = join(root, layout.table!);
    const text = await readFile(table, 'utf8');
    const columns = text.split(/\r?\n/)[0]!.split(',').length;
    const sound = (await layout.open(root)).length;
    const names = ['../../../../etc/passwd', join(outside, 'secret.png'), '..\\secret.png'];
    const rows = names.map((name) => [name, ...Array(columns - 1).fill('1')].join(','));
    await writeFile(table, `${text.trimEnd()}\n${rows.join('\n')}\n`);
    const dataset = await layout.open(root);
    expect(dataset.length).toBe(sound);
    const told = dataset.problems.filter(
      ({ path, outcome }) => path.startsWith(layout.table!) && outcome === 'skipped',
    );
    expect(told).toHaveLength(names.length);
    await expect(layout.open(root, { strict: true })).rejects.toThrow();
  },
);

test('ddti: XML that would swell or read other files is refused, and its image kept without an outline', async () => {
  const layout = layouts.find(({ layout }) => layout === 'ddti')!;
  const root = await written(layout);
  const [first, second] = (await ddti(root)).entries as (Entry & FileEntry)[];
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  await writeFile(
    join(root, first!.masks[0]!.path),
    `<!DOCTYPE case [<!ENTITY l0 "ha">${laughs}]><case><number>&l9;</number></case>`,
  );
  const theft =
    '<!DOCTYPE case [<!ENTITY f SYSTEM "file:///etc/hostname">]><case><number>&f;</number></case>';
  await writeFile(join(root, second!.masks[0]!.path), theft);
  const dataset = await ddti(root);
  expect(dataset.length).toBe(CASES);
  for (const entry of [first, second]) {
    const path = entry!.masks[0]!.path;
    expect(dataset.problems.find((problem) => problem.path === path)?.reason).toMatch(
      /document type declaration/,
    );
    expect(dataset.entries.find(({ id }) => id === entry!.id)!.annotated).toEqual({});
  }
});
