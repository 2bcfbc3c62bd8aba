import { useBackend } from '@diff/backend';
import { beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config/read-config.js';
import { makeArm } from './arm-network.js';
import { BASELINE, makeJudge } from './networks.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

const shape = { height: 32, width: 32, channels: 1, structures: 1 };

test.each([
  ['paper', false, false],
  ['paper', true, true],
  ['balanced', false, true],
])(
  'a T&G of the variant %s, residual %s, keeps the decoder’s feature: %s',
  async (variant, residual, kept) => {
    const set = [`segmentation.variant=${variant}`, `segmentation.residual=${residual}`];
    const config = await readConfig({ set: [...set, 'segmentation.width=4', 'diagnosis.width=4'] });
    const diagnosisNetwork = makeJudge(BASELINE, config.diagnosis, shape, 0);
    const start = { seed: 0, raters: 2, diagnosisNetwork };
    const { model } = makeArm({ network: 'T&G' }, config, shape, start);
    const names = model.layers.map(({ name }) => name);
    expect(names).toContain('take.B3');
    expect(names.includes('take.B3.add')).toBe(kept);
  },
);
