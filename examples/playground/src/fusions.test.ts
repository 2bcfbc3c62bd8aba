import { decodeNifti, decodeOutlines } from '@diff/datasets/browser';
import { dawidSkene, majorityVote, meanVote, simple, staple } from '@diff/fusion';
import { cohenKappa, dice, krippendorffAlphaInterval } from '@diff/metrics';
import { expect, test } from 'vitest';
import { agreementOf } from './agreement.js';
import { phantomOf } from './cases/phantom-of.js';
import { csvOf, geoJsonOf, niftiOf } from './downloads.js';
import { fuseAll } from './fusions.js';
import { panelOf } from './panel.js';

const one = await phantomOf({ kind: 'fundus', seed: 3, index: 2, size: 32 });
const panel = panelOf(one, 'cup', []);
const masks = panel.raters.map(({ mask }) => mask);
const fused = fuseAll(masks, panel.shape, 'everywhere');
const agreement = agreementOf(masks, fused.maps.STAPLE);

test('each map is that of its own function, and the last step is the result', () => {
  const { maps, steps, kept } = fused;
  expect(maps['Mean vote']).toEqual(meanVote(masks));
  expect(maps['Majority vote']).toEqual(majorityVote(masks));
  expect(maps.STAPLE).toEqual(staple(masks).probability);
  const { probability } = dawidSkene(masks, { classes: 2 });
  expect(maps['Dawid–Skene']).toEqual(Float64Array.from(masks[0]!, (_, i) => probability[2 * i + 1]!));
  expect(Uint8Array.from(maps.SIMPLE, (share) => Number(share > 0.5))).toEqual(simple(masks).mask);
  expect(kept).toEqual(simple(masks).selected);
  expect(steps.at(-1)!.sensitivity).toEqual(staple(masks).sensitivity);
  expect(steps).toHaveLength(staple(masks).iterations);
});

test('raters are judged where they differ, if they do', () => {
  const region = masks[0]!.map((_, i) => Number(masks.some((mask) => mask[i] !== masks[0]![i])));
  expect(fuseAll(masks, panel.shape, 'disputed').maps.STAPLE).toEqual(staple(masks, { region }).probability);
  const same = [masks[0]!, masks[0]!];
  expect(fuseAll(same, panel.shape, 'disputed').maps.STAPLE).toEqual(staple(same).probability);
});

test('agreement is that of the metrics; what is not defined is left open', () => {
  expect(agreement.dice[0]![1]).toBe(dice(masks[0]!, masks[1]!));
  expect(agreement.kappa[2]![1]).toBe(cohenKappa(masks[1]!, masks[2]!));
  expect(agreement.alpha).toEqual(krippendorffAlphaInterval(masks));
  const hard = Uint8Array.from(fused.maps.STAPLE, (p) => Number(p > 0.5));
  expect(agreement.ranks[1]!.dice).toBeCloseTo(dice(masks[1]!, hard), 1);
  const empty = [new Uint8Array(4), new Uint8Array(4)];
  expect(agreementOf(empty, empty[0]!)).toMatchObject({
    alpha: undefined,
    kappa: [
      [undefined, undefined],
      [undefined, undefined],
    ],
  });
  expect(agreementOf([masks[0]!], masks[0]!)).toMatchObject({ alpha: undefined, dice: [[1]] });
});

test('CSV has every number once', () => {
  const lines = csvOf(panel, fused, agreement, 0.5).trim().split('\n');
  const raters = masks.length;
  expect(lines).toHaveLength(1 + 5 + 3 * raters + raters * (raters - 1) + 1);
  expect(lines[0]).toBe('measure,of,with,value');
  expect(lines).toContain(`Dice,R1,R2,${dice(masks[0]!, masks[1]!)}`);
  expect(lines).toContain(`pixels above 0.5,SIMPLE,,${simple(masks).mask.reduce((sum, v) => sum + v, 0)}`);
  const odd = { ...panel, raters: panel.raters.map((one, i) => (i ? one : { ...one, name: 'a,"b"' })) };
  expect(csvOf(odd, fused, agreement, 0.5)).toContain('\nSTAPLE sensitivity,"a,""b""",');
});

test('GeoJSON and NIfTI give the masks again', async () => {
  const text = geoJsonOf(panel, fused, 'Majority vote', 0.5, 0);
  const outlines = await decodeOutlines(new TextEncoder().encode(text)).images[0]!.draw({
    width: 32,
    height: 32,
  });
  expect(outlines.map(({ label }) => label)).toEqual([
    ...panel.raters.map(({ name }) => name),
    'Majority vote',
  ]);
  expect(outlines.map(({ mask }) => mask)).toEqual([...masks, majorityVote(masks)]);
  const { data } = await decodeNifti(await niftiOf(panel, Float32Array.from(fused.maps.STAPLE)));
  expect(data).toEqual(Float32Array.from(fused.maps.STAPLE));
});
