import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delongTest, rocAuc } from '@diff/metrics';
import { sealJson } from '@diff/train';
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseResult, Results } from '../folder/results.js';
import { UserError } from '../user-error.js';
import { writeRunFolder } from './fixtures/run-folder.js';
import { writeReport } from './report.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'report-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const shown = (value: number) => value.toFixed(3).replace('-', '−');

/** Rows of the table whose caption begins so: by the row's head, the number of each column by its name. */
function numbersOf(document: Document, caption: string): Record<string, Record<string, string>> {
  const table = Array.from(document.querySelectorAll('table')).find((one) =>
    one.querySelector('caption')!.textContent!.startsWith(caption),
  )!;
  const columns = Array.from(table.querySelectorAll('thead tr:last-child th'))
    .slice(1)
    .map((cell) => cell.textContent!);
  return Object.fromEntries(
    Array.from(table.querySelectorAll('tbody tr:not(.group)')).map((row) => [
      row.querySelector('th')!.textContent!,
      Object.fromEntries(
        Array.from(row.querySelectorAll('td')).map((cell, k) => [columns[k]!, cell.firstChild!.textContent!]),
      ),
    ]),
  );
}

describe('the report of two arms, seven raters and two structures', () => {
  let folder: string;
  let results: Results;
  let cases: CaseResult[];
  let document: Document;
  beforeAll(async () => {
    folder = join(root, 'fundus');
    results = await writeRunFolder(folder, { kind: 'fundus', cases: 24, gallery: 2 });
    cases = results.rounds[0]!.cases;
    document = parseHTML(await readFile(await writeReport(folder), 'utf8')).document as unknown as Document;
  });

  it('shows the soft Dice of every arm with each rater and fused label, and paired differences', () => {
    const arms = ['T&G on DF-GT', 'Baseline-Seg on MV'] as const;
    for (const structure of ['disc', 'cup']) {
      const rows = numbersOf(document, `${structure}: mean soft Dice`);
      for (const reference of [...results.data.raters, 'MV', 'STAPLE', 'DF-GT', 'Shared']) {
        const of = (mask: string) =>
          cases.map(({ softDice }) => softDice[mask]![structure]![reference]!).filter((x) => x !== undefined);
        for (const mask of [...arms, 'MV', 'STAPLE', 'DF-GT', 'Shared'])
          expect(rows[reference]![mask]).toBe(mask === reference ? '–' : shown(mean(of(mask))));
        const difference = mean(of(arms[0]).map((value, i) => value - of(arms[1])[i]!));
        expect(rows[reference]![arms.join(' − ')]).toBe(`${difference > 0 ? '+' : ''}${shown(difference)}`);
      }
    }
  });

  it('shows the AUC of every mask by each judge', () => {
    const rows = numbersOf(document, 'AUC of the diagnosis');
    const truth = cases.map(({ diagnosis }) => diagnosis);
    for (const mask of ['T&G on DF-GT', 'Baseline-Seg on MV', 'MV', 'STAPLE', 'DF-GT', 'Shared'])
      for (const judge of ['Baseline-Dia', 'dlCat'])
        expect(rows[mask]![judge]).toBe(
          shown(
            rocAuc(
              truth,
              cases.map(({ logits }) => logits[judge]![mask]!),
            ),
          ),
        );
  });

  it('says first what whom to trust brought to new cases, and shows what was learned about the raters', () => {
    const truth = cases.map(({ diagnosis }) => diagnosis);
    const [shared, vote] = ['Shared', 'MV'].map((mask) => cases.map(({ logits }) => logits.dlCat![mask]!));
    const { difference, interval } = delongTest(truth, shared!, vote!);
    const text = document.querySelector('.found:not(.doubtful) p')!.textContent!;
    const sign = difference > 0 ? '+' : '';
    expect(text).toContain(
      `on 24 new cases the AUC by dlCat is ${shown(rocAuc(truth, shared!))}, by the mean vote ${shown(rocAuc(truth, vote!))}: ` +
        `${sign}${shown(difference)} [${interval.map(shown).join(', ')}], `,
    );
    expect(numbersOf(document, 'AUC of the diagnosis')['Shared − MV']!.dlCat).toBe(
      `${sign}${shown(difference)}`,
    );
    const rows = numbersOf(document, 'Weights of the shared expertness');
    expect(Object.keys(rows)[0]).toBe('R2');
    expect(rows.R2!.weight).toBe('0.250');
    expect(rows.R1!.weight).toBe('0.125');
  });

  it('says first whether a mask helps, beside the AUC of the image alone', () => {
    const truth = cases.map(({ diagnosis }) => diagnosis);
    const arm = 'T&G on DF-GT';
    const [withMask, without] = [
      cases.map(({ logits }) => logits.dlCat![arm]!),
      cases.map(({ logits }) => logits.noMask!.MV!),
    ];
    const { difference, interval, p } = delongTest(truth, withMask, without);
    const sign = difference > 0 ? '+' : '';
    expect(document.querySelector('.found:not(.doubtful)')!.textContent).toContain(
      `From the image alone the AUC is ${shown(rocAuc(truth, without))} (noMask), from the image with the mask of ${arm} ` +
        `${shown(rocAuc(truth, withMask))} (dlCat): ${sign}${shown(difference)} [${interval.map(shown).join(', ')}], ` +
        (p > 0.05 ? 'which may be chance' : difference > 0 ? 'the mask helps' : 'the mask harms'),
    );
    const rows = numbersOf(document, 'AUC of the diagnosis');
    expect(rows['no mask: noMask']!['Baseline-Dia']).toBe(shown(rocAuc(truth, without)));
    expect(rows[`${arm} − no mask`]!.dlCat).toBe(`${sign}${shown(difference)}`);
    // It is no column of its own: it would say the same of every mask.
    expect(rows[arm]!.noMask).toBeUndefined();
  });

  it('shows how far the outlines of every arm are from each rater’s, and which has an empty mask', () => {
    const arms = ['T&G on DF-GT', 'Baseline-Seg on MV'] as const;
    const rows = numbersOf(document, 'cup: mean HD95');
    for (const reference of [...results.data.raters, 'MV', 'STAPLE', 'DF-GT', 'Shared']) {
      const of = (arm: string) =>
        cases.map(({ hd95 }) => hd95![arm]!.cup![reference]!).filter((x) => x !== undefined);
      for (const arm of arms) expect(rows[reference]![arm]).toBe(mean(of(arm)).toFixed(2));
      const difference = mean(of(arms[0]).map((value, i) => value - of(arms[1])[i]!));
      expect(rows[reference]![arms.join(' − ')]).toBe(`${difference > 0 ? '+' : ''}${shown(difference)}`);
    }
  });

  it('shows sensitivities at the specificities that the settings choose', async () => {
    const chosen = join(root, 'chosen');
    const config = { report: { specificities: [0.6, 1] } };
    const { rounds } = await writeRunFolder(chosen, { kind: 'skin', cases: 12, gallery: 0, config });
    const page = parseHTML(await readFile(await writeReport(chosen), 'utf8')).document as unknown as Document;
    const row = numbersOf(page, 'Sensitivity of the diagnosis')['T&G on DF-GT']!;
    expect(Object.keys(row)).toEqual(['specificity 0.60', 'specificity 1.00']);
    const scores = (wanted: number) =>
      rounds[0]!.cases
        .filter(({ diagnosis }) => diagnosis === wanted)
        .map(({ logits }) => logits.dlCat!['T&G on DF-GT']!);
    const highest = Math.max(...scores(0));
    const found = scores(1).filter((score) => score > highest).length / scores(1).length;
    expect(row['specificity 1.00']).toBe(shown(found));
  });

  it('offers what came of every case as CSV', () => {
    const link = document.querySelector('a[download="cases.csv"]')!;
    const rows: Record<string, string>[] = parse(
      decodeURIComponent(link.getAttribute('href')!.split(',', 2)[1]!),
      {
        columns: true,
      },
    );
    expect(rows.map((row) => row.case)).toEqual(cases.map(({ id }) => id));
    const [row, one] = [rows[3]!, cases[3]!];
    const { R1, R2, R3, R4, R5, R6, R7 } = one.hd95!['T&G on DF-GT']!.cup!;
    const far = [R1, R2, R3, R4, R5, R6, R7].flatMap((value) => value ?? []);
    expect(Number(row['HD95, T&G on DF-GT, cup'])).toBeCloseTo(mean(far), 12);
    expect(Number(row['logit by dlCat, MV'])).toBe(one.logits.dlCat!.MV);
  });

  it('offers its tables as CSV, unrounded, with intervals in columns of their own', () => {
    const link = Array.from(document.querySelectorAll('a[download]')).find(
      (one) => one.getAttribute('download') === 'soft-Dice-cup.csv',
    )!;
    const [type, text] = link.getAttribute('href')!.split(',', 2) as [string, string];
    expect(type).toBe('data:text/csv;charset=utf-8');
    const rows: Record<string, string>[] = parse(decodeURIComponent(text), { columns: true });
    expect(rows.map((row) => row.with)).toEqual([...results.data.raters, 'MV', 'STAPLE', 'DF-GT', 'Shared']);
    const mask = 'T&G on DF-GT';
    const values = cases.flatMap(({ softDice }) => softDice[mask]!.cup!.R3 ?? []);
    const [, , R3] = rows;
    expect(Number(R3![mask])).toBeCloseTo(mean(values), 12);
    expect(Number(R3![`${mask}, from`])).toBeLessThan(mean(values));
    expect(Number(R3![`${mask}, to`])).toBeGreaterThan(mean(values));
    expect(R3!.group).toBe('raters');
    expect(rows.find((row) => row.with === 'MV')!.MV).toBe('');
    const names = Array.from(document.querySelectorAll('a[download]'), (one) => one.getAttribute('download'));
    expect(names).toEqual([...new Set(names)]);
    for (const { parentElement } of Array.from(document.querySelectorAll('table.numbers')))
      expect(parentElement!.nextElementSibling!.querySelector('a[download]')).not.toBeNull();
  });

  it('explains its names where they stand in a table', () => {
    const terms = Array.from(document.querySelectorAll('button.term'));
    expect(new Set(terms.map(({ textContent }) => textContent))).toEqual(
      new Set([
        ...['T&G', 'Baseline-Seg', 'Baseline-Dia', 'dlCat', 'noMask', 'expertness'],
        ...['MV', 'STAPLE', 'DF-GT', 'Shared'],
      ]),
    );
    for (const term of terms) {
      const explanation = document.getElementById(term.getAttribute('popovertarget')!)!;
      expect(explanation.textContent).toBe(`${term.textContent} ${term.getAttribute('title')}`);
    }
  });

  it('has a caption and scopes in every table, a text for every picture and plot, and headings in order', () => {
    for (const table of Array.from(document.querySelectorAll('table'))) {
      expect(table.querySelector('caption')!.textContent!.length).toBeGreaterThan(5);
      for (const cell of Array.from(table.querySelectorAll('th')))
        expect(cell.getAttribute('scope')).toMatch(/^(row|col)/);
    }
    for (const picture of Array.from(document.querySelectorAll('img')))
      expect(picture.getAttribute('alt')!.length).toBeGreaterThan(5);
    for (const plot of Array.from(document.querySelectorAll('svg')))
      expect(plot.hasAttribute('aria-hidden') || plot.getAttribute('aria-label')!.length > 10).toBe(true);
    const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4')).map(({ tagName }) =>
      Number(tagName[1]),
    );
    expect(levels[0]).toBe(1);
    levels.slice(1).forEach((level, i) => {
      expect(level).toBeGreaterThan(1);
      expect(level - levels[i]!).toBeLessThanOrEqual(1);
    });
  });

  it('shows the whole image beside attention, which covers it, and a part of it beside expertness', () => {
    const widths = (section: string) =>
      Array.from(document.querySelectorAll(`[aria-labelledby="${section}"] td:nth-of-type(1) img`)).map(
        (one) => Number(one.getAttribute('width')),
      );
    expect(widths('attention')).toEqual([48, 48]);
    for (const width of widths('expertness')) expect(width).toBeLessThan(48);
    expect(widths('expertness')).toHaveLength(2);
  });

  it('says whether attention does something, the mean over the cases shown', () => {
    const rows = Array.from(
      document.querySelectorAll('[aria-labelledby="attention"] table.numbers tbody tr'),
    );
    expect(rows.map((row) => Array.from(row.children, (cell) => cell.textContent))).toEqual([
      ['give.B1', '0.625', '2.000', '3.000', '0.500', '0.250'],
      ['take.B1', '1.000', '1.000', '1.000', '1.000', '1.000'],
    ]);
  });

  it('says what made the run, and with what', () => {
    const text = document.querySelector('main')!.textContent!;
    const { command, engine, machine, dataHash } = results.provenance;
    for (const fact of [command, engine.device, machine, dataHash, 'learningRate: 0.003'])
      expect(text).toContain(fact);
  });

  it('made again is the same, byte for byte, wherever it goes', async () => {
    const before = await readFile(join(folder, 'report.html'));
    const other = await writeReport(folder, join(root, 'elsewhere', 'again.html'));
    expect((await readFile(other)).equals(before)).toBe(true);
    expect((await readFile(await writeReport(folder))).equals(before)).toBe(true);
  });

  it('weighs little', async () => {
    expect((await readFile(join(folder, 'report.html'))).length).toBeLessThan(650_000);
  });
});

it('lists every problem and every case left out, as text', async () => {
  const folder = join(root, 'problems');
  const hostile = '<img src=x onerror=alert(1)>';
  await writeRunFolder(folder, {
    kind: 'skin',
    cases: 6,
    gallery: 1,
    name: hostile,
    idOf: (id, index) => (index === 0 ? hostile : id),
    skipped: Array.from({ length: 30 }, (_, i) => ({ id: `case ${i}`, reason: 'no diagnosis' })),
    problems: [{ path: `masks/${hostile}`, reason: 'not a PNG', outcome: 'kept', id: hostile }],
  });
  const { document } = parseHTML(await readFile(await writeReport(folder), 'utf8'));
  const text = document.querySelector('main')!.textContent!;
  for (let i = 0; i < 30; i++) expect(text).toContain(`case ${i}: no diagnosis`);
  expect(text).toContain(`masks/${hostile} (case ${hostile}): not a PNG – kept`);
  expect(document.querySelector('h1')!.textContent).toContain(hostile);
  expect(document.querySelectorAll('[onerror]')).toHaveLength(0);
  // The data of the browser of cases, and the one script that the page allows.
  const [data, script, ...more] = Array.from(document.querySelectorAll('script'));
  expect(more).toEqual([]);
  expect(JSON.parse(data!.textContent!).cases[0].id).toBe(hostile);
  const allowed = document.querySelector('[http-equiv]')!.getAttribute('content')!;
  expect(allowed).toContain(`'sha256-${createHash('sha256').update(script!.textContent!).digest('base64')}'`);
});

it('is made of one class, of one arm, and without expertness or attention', async () => {
  const folder = join(root, 'bare');
  await writeRunFolder(folder, {
    kind: 'lung',
    cases: 6,
    gallery: 0,
    oneClass: true,
    config: { segmentation: { arms: [{ network: 'Baseline-Seg', label: 'MV' }] } },
  });
  const text = parseHTML(await readFile(await writeReport(folder), 'utf8')).document.querySelector('main')!
    .textContent!;
  for (const sentence of [
    'there is no other network to compare it with',
    'There is no curve to draw: the test cases are of one class.',
    'This run kept no expertness maps.',
    'This run kept no attention maps.',
  ])
    expect(text).toContain(sentence);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

describe('a folder without a finished run', () => {
  it('is refused in a sentence that names the file', async () => {
    await expect(writeReport(join(root, 'nowhere'))).rejects.toThrow(UserError);
    await expect(writeReport(join(root, 'nowhere'))).rejects.toThrow(/results\.json is not there/);
  });

  it.each([
    ['{"format": 1', 'is not JSON'],
    ['null', 'has no checksum: it was written by an older version'],
    ['{"format": 1}', 'has no checksum: it was written by an older version'],
  ])('is refused where its results are %s', async (text, message) => {
    await writeFile(join(root, 'results.json'), text);
    await expect(writeReport(root)).rejects.toThrow(UserError);
    await expect(writeReport(root)).rejects.toThrow(message);
  });

  it('is refused where its results are of another format', async () => {
    await writeFile(join(root, 'results.json'), await sealJson({ format: 2 }));
    await expect(writeReport(root)).rejects.toThrow('is of format 2, expected 1');
  });

  it('is refused where its outlines are damaged, and needs none', async () => {
    const folder = join(root, 'outlines');
    await writeRunFolder(folder, { kind: 'skin', cases: 4, gallery: 1 });
    const path = join(folder, 'outlines.json');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path, bytes);
    await expect(writeReport(folder)).rejects.toThrow(/outlines\.json is damaged/);
    await rm(path);
    const { document } = parseHTML(await readFile(await writeReport(folder), 'utf8'));
    expect(document.querySelector('#browse')).toBeNull();
    expect(document.querySelectorAll('script')).toHaveLength(0);
  });

  it('is refused where its pictures are cut off', async () => {
    const folder = join(root, 'cut');
    await writeRunFolder(folder, { kind: 'skin', cases: 4, gallery: 1 });
    const path = join(folder, 'gallery.safetensors');
    await writeFile(path, (await readFile(path)).subarray(0, -9));
    await expect(writeReport(folder)).rejects.toThrow(/gallery\.safetensors is not a whole safetensors file/);
  });
});
