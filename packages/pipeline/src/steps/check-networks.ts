import { labelsOf, networkLabels } from '../config/fusions.js';
import type { Config } from '../config/schema.js';
import { makeArm } from './arm-network.js';
import { makeFusionNetwork } from './fusion-network.js';
import { type InputShape, judgeNames, makeGuide, makeJudge, raterOptions } from './networks.js';

/** Builds every network once, so that settings that do not fit together are found before any training. @throws RangeError. */
export function checkNetworks(config: Config, input: InputShape, raters: number): void {
  const judges = judgeNames(config).map((name) => makeJudge(name, config.diagnosis, input, 0));
  const guide = config.segmentation.guide === 'image' ? [makeGuide(config.diagnosis, input, 0)] : [];
  const [diagnosisNetwork] = [...guide, ...judges];
  const arms = config.segmentation.arms.map(
    (arm) => makeArm(arm, config, input, { seed: 0, raters, diagnosisNetwork }).model,
  );
  const labels = labelsOf(config);
  const fusions = networkLabels
    .filter((label) => labels.includes(label))
    .map((label) => makeFusionNetwork(label, raterOptions(config, input, raters, 0)).model);
  for (const model of [...arms, ...judges, ...guide, ...fusions]) model.dispose();
}
