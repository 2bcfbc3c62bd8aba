import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { encodePng, phantom } from '@diff/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { diffPipeline, emptyFolder } from '../fixtures/command-line.js';
import { tinySettings } from '../fixtures/tiny.js';
import type { Results } from '../folder/results.js';

const RATERS = ['anna', 'ben', 'carla'];
const PATTERNS = ['--images', 'images/{id}.png', '--masks', 'masks/{rater}/{id}.png'];

/** A plain folder: forty images of twenty patients, with the masks of three raters and a table. */
async function ownData(): Promise<string> {
  const root = await emptyFolder();
  for (const part of ['images', ...RATERS.map((rater) => `masks/${rater}`)])
    await mkdir(join(root, part), { recursive: true });
  const rows = ['name,ill,who'];
  let k = 0;
  for await (const { image, annotations, diagnosis } of phantom('skin', {
    ...{ cases: 40, size: 32, prevalence: 0.5, seed: 4 },
  }).cases()) {
    const id = `scan${k}`;
    rows.push(`${id},${diagnosis ? 'yes' : 'no'},p${k >> 1}`);
    await writeFile(join(root, `images/${id}.png`), await encodePng(image));
    for (const [r, mask] of Object.values(annotations.lesion!).slice(0, 3).entries()) {
      const data = Float32Array.from(mask, (value) => Number(value > 0.5));
      await writeFile(
        join(root, `masks/${RATERS[r]}/${id}.png`),
        await encodePng({ ...image, data, channels: 1 }),
      );
    }
    k++;
  }
  await writeFile(join(root, 'labels.csv'), rows.join('\n'));
  return root;
}

describe('diff-pipeline train on a folder of one’s own', () => {
  let root: string;
  let config: string;
  beforeAll(async () => {
    root = await ownData();
    config = join(await emptyFolder(), 'tiny.yaml');
    const { data: _, ...settings } = tinySettings;
    await writeFile(config, stringify({ ...settings, data: { size: 32 } }));
  });

  async function train(...more: string[]) {
    const out = join(await emptyFolder(), 'run');
    const ended = await diffPipeline(['train', config, '--data', root, '--out', out, ...more]);
    expect(`${ended.code} ${ended.code ? ended.stderr : ''}`).toBe('0 ');
    const read = (name: string) => readFile(join(out, name), 'utf8');
    const results = JSON.parse(await read('results.json')) as Results;
    return { ...ended, results, report: await read('report.html'), config: await read('config.yaml') };
  }

  it('by patterns, in one command, tears no patient apart and counts them', {
    timeout: 600_000,
  }, async () => {
    const columns = [
      '--columns',
      'id=name',
      'diagnosis=ill',
      '--patients',
      'who',
      '--yes',
      'yes',
      '--no',
      'no',
    ];
    const { results, report, config: kept } = await train(...PATTERNS, '--labels', 'labels.csv', ...columns);
    const { data, rounds } = results;
    expect(data).toMatchObject({ name: basename(root), raters: RATERS, skipped: [], withoutPatient: 0 });
    expect(data.description).toMatchObject({ cases: 40, patients: 20, diagnoses: { unknown: 0 } });
    const patientOf = (id: string) => Number(id.slice(4)) >> 1;
    const [{ train: trained, test }] = rounds as [Results['rounds'][number]];
    expect([...trained, ...test].sort()).toEqual(Array.from({ length: 40 }, (_, k) => `scan${k}`).sort());
    const seen = new Set(trained.map(patientOf));
    expect(test.filter((id) => seen.has(patientOf(id)))).toEqual([]);
    expect(report).toContain(
      `${test.length} test cases of ${test.length / 2} patients, none of them seen in training`,
    );
    expect(report).toContain('40, of 20 patients');
    expect(kept).toContain('masks/{rater}/{id}.png');
  });

  it('says that patients may have been seen where the table does not name them', {
    timeout: 600_000,
  }, async () => {
    const columns = ['--columns', 'id=name', 'diagnosis=ill', '--yes', 'yes', '--no', 'no'];
    const { results, report } = await train(...PATTERNS, '--labels', 'labels.csv', ...columns);
    expect(results.data.withoutPatient).toBe(40);
    expect(report).toContain('40 cases of this run do not say whose they are');
    expect(report).toContain('Whose the cases are is not known');
    expect(report).not.toContain('none of them seen in training');
    expect(report).not.toContain('One case a patient');
  });

  it.each([
    [['--labels', 'labels.csv'], 'labels belongs to images or masks'],
    [[...PATTERNS, '--columns', 'id=name'], 'columns belongs to labels'],
    [[...PATTERNS, '--patients', 'who'], 'patients belongs to labels'],
    [[...PATTERNS, '--slices', 'all'], 'slices belongs to LIDC'],
    [['--images', ''], "argument '' is invalid. It is empty."],
    [['--out', ''], "argument '' is invalid. It is empty."],
  ])('refuses %j', { timeout: 120_000 }, async (args, message) => {
    const { code, stderr } = await diffPipeline(['train', config, '--data', root, ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
