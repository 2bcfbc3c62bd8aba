import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delongTest } from '@diff/metrics';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseResult } from '../folder/results.js';
import { UserError } from '../user-error.js';
import { differing } from './comparison.js';
import { writeRunFolder } from './fixtures/run-folder.js';
import { writeComparison } from './report.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'comparison-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = (value: number) => (value > 0 ? '+' : '') + value.toFixed(3).replace('-', '−');
const pageOf = async (path: string) =>
  parseHTML(await readFile(path, 'utf8')).document as unknown as Document;

/** The cells of a row by its group and head. */
function cellsOf(document: Document, caption: string, group: string, head: string): string[] {
  const table = Array.from(document.querySelectorAll('table')).find((one) =>
    one.querySelector('caption')!.textContent!.startsWith(caption),
  )!;
  const body = Array.from(table.querySelectorAll('tbody')).find(
    (one) => one.querySelector('.group')!.textContent === group,
  )!;
  const row = Array.from(body.querySelectorAll('tr:not(.group)')).find(
    (one) => one.querySelector('th')!.textContent === head,
  )!;
  return Array.from(row.querySelectorAll('td'), (cell) => cell.textContent!);
}

describe('two runs side by side', () => {
  const arm = 'T&G on DF-GT';
  const [hostile, plain] = ['<img src=x onerror=alert(1)>', 'plain'];
  const options = { kind: 'skin', cases: 24, gallery: 0 } as const;
  let runs: [CaseResult[], CaseResult[]];
  let document: Document;
  beforeAll(async () => {
    const arms = [
      { network: 'T&G', label: 'DF-GT' },
      { network: 'Baseline-Seg', label: 'STAPLE' },
    ];
    const first = await writeRunFolder(join(root, hostile), options);
    const second = await writeRunFolder(join(root, plain), {
      ...options,
      apart: { [arm]: 2.5 },
      config: { segmentation: { arms, epochs: 7 } },
    });
    runs = [first.rounds[0]!.cases, second.rounds[0]!.cases];
    document = await pageOf(await writeComparison(join(root, hostile), join(root, plain)));
  });

  it('have the difference per arm, paired by case', () => {
    const dice = (cases: CaseResult[]) =>
      cases.map(({ softDice }) => {
        const { MV: _, STAPLE: __, 'DF-GT': ___, Shared: ____, ...raters } = softDice[arm]!.lesion!;
        return mean(Object.values(raters));
      });
    const [before, after] = runs.map(dice) as [number[], number[]];
    const [difference, one, other] = cellsOf(document, 'Mean soft Dice', 'lesion, with the raters', arm);
    expect(difference).toMatch(new RegExp(`^${shown(mean(after) - mean(before)).replace('+', '\\+')}.+`));
    expect(one!.startsWith(mean(before).toFixed(3))).toBe(true);
    expect(other!.startsWith(mean(after).toFixed(3))).toBe(true);
  });

  it('have the difference in AUC by DeLong’s paired test', () => {
    const truth = runs[0].map(({ diagnosis }) => diagnosis);
    const [before, after] = runs.map((cases) => cases.map(({ logits }) => logits.dlCat![arm]!));
    const { difference, p } = delongTest(truth, after!, before!);
    const [cell] = cellsOf(document, 'AUC', 'by dlCat', arm);
    expect(cell!.startsWith(shown(difference))).toBe(true);
    expect(cell).toContain(p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);
  });

  it('compare no arm that only one of them has, and name the settings that differ', () => {
    const only = cellsOf(document, 'Mean soft Dice', 'lesion, with the raters', 'Baseline-Seg on STAPLE');
    expect(only.slice(0, 2)).toEqual(['–', '–']);
    expect(only[2]).toMatch(/^0\.\d{3}/);
    const settings = Array.from(
      document.querySelectorAll('[aria-labelledby=settings] tbody th'),
      (one) => one.textContent,
    );
    expect(settings).toEqual(['segmentation.epochs', 'segmentation.arms']);
  });

  it('take a name for text', () => {
    expect(document.querySelector('h1')!.textContent).toContain(hostile);
    expect(document.querySelectorAll('[onerror], img, script')).toHaveLength(0);
  });

  it('have no interval where they tested other cases', async () => {
    const folder = join(root, 'fewer');
    await writeRunFolder(folder, { ...options, cases: 20 });
    const page = await pageOf(await writeComparison(join(root, plain), folder, join(root, 'out.html')));
    expect(page.querySelector('.found')!.textContent).toContain('did not test the same cases');
    const [difference] = cellsOf(page, 'Mean soft Dice', 'lesion, with the raters', arm);
    expect(difference).toMatch(/^[+−]?\d\.\d{3}$/);
  });

  it('are two, and finished', async () => {
    const folder = join(root, plain);
    await expect(writeComparison(folder, `${folder}/../${plain}`)).rejects.toThrow('is given twice');
    await expect(writeComparison(folder, join(root, 'nowhere'))).rejects.toThrow(UserError);
    await expect(writeComparison(join(root, 'nowhere'), folder)).rejects.toThrow(
      /nowhere.results\.json is not there: a report is made of the folder of a run that has finished/,
    );
  });
});

it('differing names every setting that is not the same, given or not', () => {
  const [a, b] = [
    { seed: 1, data: { size: 64, root: 'x' } },
    { seed: 1, data: { size: 32 }, rounds: [2] },
  ];
  expect(differing(a, b)).toEqual([
    ['data.size', '64', '32'],
    ['data.root', '"x"', 'not given'],
    ['rounds', 'not given', '[2]'],
  ]);
  expect(differing(a, structuredClone(a))).toEqual([]);
});
