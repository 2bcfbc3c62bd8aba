import { useBackend } from '@diff/backend';
import { phantom } from '@diff/datasets';
import { predictorOf } from '@diff/networks/multi-rater';
import { loadModel } from '@diff/train/node';
import { beforeAll, expect, it } from 'vitest';
import { checkConfig } from '../config/read-config.js';
import { emptyFolder } from '../fixtures/command-line.js';
import { roundFolder } from '../folder/run-folder.js';
import type { Context } from './context.js';
import { fuseByNetwork } from './fuse-by-network.js';
import { ratersOf } from './fusion-network.js';
import { examplesOn } from './labels.js';
import type { UsableCase } from './load-data.js';
import { trainFusion } from './train-fusion.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

it.each(['AggNet', 'MaxMig'] as const)(
  '%s is learned from training cases, fuses all, and is a label to learn',
  async (label) => {
    const drawn = phantom('skin', { cases: 6, size: 32, seed: 1, prevalence: 0.5 });
    const cases: UsableCase[] = [];
    for await (const one of drawn.cases()) cases.push({ ...one, patient: one.id, diagnosis: one.diagnosis! });
    const [{ image }] = cases as [UsableCase];
    const told: number[] = [];
    const context: Context = {
      config: checkConfig({
        segmentation: { width: 2, epochs: 2, batchSize: 2, arms: [{ network: 'Baseline-Seg', label }] },
      }),
      folder: roundFolder(await emptyFolder()),
      ...{ seed: 3, key: 'a key', structures: drawn.structures, raters: drawn.raters },
      input: { height: 32, width: 32, channels: image.channels, structures: drawn.structures.length },
      cases: (ids) => ids.map((id) => cases.find((one) => one.id === id)!),
      staged: (path) => path,
      progress: (done) => told.push(done),
      epoch: () => {},
    };
    const ids = cases.map(({ id }) => id);
    const history = await trainFusion({ label, train: ids.slice(0, 4) }, context);
    expect([history.length, told]).toEqual([2, [1, 2, 3, 4]]);
    const skills = await fuseByNetwork({ label, ids }, context);
    expect(skills.map(({ structure, rater }) => `${structure} ${rater}`)).toEqual(
      drawn.structures.flatMap((structure) => drawn.raters.map((rater) => `${structure} ${rater}`)),
    );
    const examples = await examplesOn(label, cases, context);
    const { model } = await loadModel(context.folder.model(label));
    for (const [i, { masks }] of examples.entries()) {
      const { fused, confusion } = await predictorOf(model).fuse!(ratersOf(cases[i]!, context));
      expect(masks).toEqual(fused);
      expect(skills[0]!.sensitivity).toBe(confusion[0]![0]![3]);
      expect(skills[0]!.specificity).toBe(confusion[0]![0]![0]);
    }
    model.dispose();
  },
);
