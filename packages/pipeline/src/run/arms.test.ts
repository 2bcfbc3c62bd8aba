import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phantom } from '@diff/datasets';
import { softDice } from '@diff/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { armName } from '../config/schema.js';
import { tinySettings } from '../fixtures/tiny.js';
import { readMap } from '../folder/read-map.js';
import type { Results } from '../folder/results.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { fromRun } from '../predict/from-run.js';
import { readGallery, writeReport } from '../report/index.js';
import { runPipeline } from './run-pipeline.js';

const arms = [
  { network: 'ceNet', label: 'MV' },
  { network: 'Baseline-Seg', label: 'randomRater' },
  { network: 'aggNet', label: 'raters' },
  { network: 'mrNet', label: 'raters' },
  { network: 'phiSeg', label: 'raters' },
] as const;
const settings = (segmentation: object, data: object = {}) => ({
  ...tinySettings,
  data: { ...tinySettings.data, ...data },
  segmentation: { ...tinySettings.segmentation, ...segmentation },
});

const root = mkdtempSync(join(tmpdir(), 'diff-arms-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a run with arms of every kind', () => {
  let results: Results;
  beforeAll(async () => {
    results = await runPipeline(checkConfig(settings({ epochs: 1, arms })), root, { workers: 1 });
  }, 600_000);

  it('trains and scores each by its name', () => {
    const [round] = results.rounds;
    const names = arms.map(armName);
    expect(Object.keys(round!.training)).toEqual(expect.arrayContaining(names));
    for (const { softDice } of round!.cases)
      expect(Object.keys(softDice)).toEqual(expect.arrayContaining(names));
  });

  it('compares what networks say of each rater with that rater’s mask', async () => {
    const { gallery } = runFolder(root);
    for (const { id, opinions, raters } of await readGallery(readFileSync(gallery), gallery)) {
      const { raterDice } = results.rounds[0]!.cases.find((one) => one.id === id)!;
      expect(Object.keys(raterDice!)).toEqual(['mrNet on raters']);
      for (const [rater, maps] of Object.entries(opinions['mrNet on raters']!))
        for (const [structure, map] of Object.entries(maps))
          expect(raterDice!['mrNet on raters']![structure]![rater]).toBeCloseTo(
            softDice(map, raters[structure]![rater]!),
            6,
          );
    }
  });

  it('keeps what networks say of each rater, or samples, and the report shows them', async () => {
    const { gallery, report } = runFolder(root);
    const pictures = await readGallery(readFileSync(gallery), gallery);
    const raters = results.data.raters;
    for (const { opinions, height, width } of pictures) {
      const names = Object.entries(opinions).map(([arm, by]) => [arm, Object.keys(by)]);
      expect(Object.fromEntries(names)).toEqual({
        'mrNet on raters': raters,
        'phiSeg on raters': ['sample 1', 'sample 2', 'sample 3', 'sample 4'],
      });
      for (const by of Object.values(opinions).flatMap(Object.values)) {
        expect(Object.keys(by)).toEqual(['disc', 'cup']);
        for (const map of Object.values<Float32Array>(by)) {
          expect(map).toHaveLength(height * width);
          expect(map.every((value) => value >= 0 && value <= 1)).toBe(true);
        }
      }
    }
    const page = await writeReport(root).then(() => readFileSync(report, 'utf8'));
    expect(page).toContain('Each rater as the networks see them');
    expect(page).toContain('alt="sample 4 by phiSeg on raters, case');
    expect(page).toContain('Soft Dice with each rater’s own masks');
  });

  it.each(arms.map(armName))('gives %s back, which predicts what the run did', async (arm) => {
    const network = await fromRun(root, { arm });
    const { size, prevalence, cases } = results.config.data;
    const drawn = phantom('fundus', { cases, size, prevalence, seed: 0 });
    let compared = 0;
    for await (const { id, image } of drawn.cases()) {
      if (!results.rounds[0]!.test.includes(id) || compared > 2) continue;
      const { probability } = await network.predict(image);
      for (const [structure, map] of Object.entries(probability)) {
        const { values } = await readMap(
          roundFolder(runFolder(root).round(0)).prediction(arm, structure, id),
        );
        const furthest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - map[i]!)), 0);
        expect(furthest).toBeLessThan(2e-5); // of 16 bits
      }
      compared++;
    }
    expect(compared).toBe(3);
    network.dispose();
  });
});

it.each([
  ['aggNet', 'MV'],
  ['Baseline-Seg', 'raters'],
])('refuses %s on %s', (network, label) => {
  expect(() => checkConfig(settings({ arms: [{ network, label }] }))).toThrow(
    `the configuration: segmentation.arms.0 is {"network":"${network}","label":"${label}"}, expected raters as the label of a multi-rater network, and of no other`,
  );
});

it('refuses a network of several raters where there is one, before anything is trained', async () => {
  const config = checkConfig(settings({ arms: [{ network: 'mrNet', label: 'raters' }] }, { raters: ['R1'] }));
  await expect(runPipeline(config, join(root, 'one'))).rejects.toThrow(
    'mrNet: raters is 1, expected an integer of at least 2',
  );
});
