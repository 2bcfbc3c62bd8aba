import { readFileSync } from 'node:fs';
import { multiRaterNetworks } from '@diff/networks/multi-rater';
import { expect, it } from 'vitest';
import { fuseCommand } from '../cli/fuse.js';
import {
  fusions,
  fusionsBy,
  labelNames,
  labelsOf,
  networkLabels,
  networkOf,
  selfFusionOf,
} from './fusions.js';

it('every fusion is a choice of the command line, and the guide says when to take it', () => {
  const [guide, choices] = [
    readFileSync(new URL('../../../../docs/fusing-your-own-masks.md', import.meta.url), 'utf8'),
    fuseCommand().options.find(({ long }) => long === '--method')!.argChoices,
  ];
  expect(choices).toEqual(fusions.map(({ name }) => name));
  for (const { name } of fusions) expect(guide.match(/^\| .*\|.*$/gm)!.join()).toContain(`\`${name}\``);
});

it('a run has the labels that need no network of their own, and those that an arm asks for', () => {
  const of = (...labels: (typeof labelNames)[number][]) =>
    labelsOf({ segmentation: { arms: labels.map((label) => ({ label })) } });
  expect(of('MV', 'DF-GT')).toEqual(['MV', 'STAPLE', 'DF-GT', 'Shared']);
  expect(of('MaxMig')).toEqual(['MV', 'STAPLE', 'MaxMig', 'DF-GT', 'Shared']);
  expect(of(...labelNames)).toEqual(labelNames);
  const names = multiRaterNetworks.map(({ name }) => name);
  for (const label of networkLabels) expect(names).toContain(networkOf(label));
  expect(fusionsBy('network')).toEqual(['aggnet', 'maxmig']);
});

it('an arm’s own fusion is what it learns, or what its network makes of the masks', () => {
  const of = (network: string, label: string) => selfFusionOf({ network, label }, ['MV', 'AggNet', 'DF-GT']);
  expect(of('T&G', 'DF-GT')).toBe('DF-GT');
  expect(of('aggNet', 'raters')).toBe('AggNet');
  expect(of('maxMig', 'raters')).toBeUndefined(); // The run has no such label.
  expect(of('mrNet', 'raters')).toBeUndefined();
  expect(of('Baseline-Seg', 'randomRater')).toBeUndefined();
});
