import type { Config } from '../config/schema.js';
import { type InputShape, judgeNames, makeArm, makeJudge } from './networks.js';

/** Builds every network once, so that settings that do not fit together are found before any training. @throws RangeError. */
export function checkNetworks(config: Config, input: InputShape): void {
  const judges = judgeNames(config).map((name) => makeJudge(name, config.diagnosis, input, 0));
  const [diagnosisNetwork] = judges;
  const arms = config.segmentation.arms.map((arm) =>
    makeArm(arm, config.segmentation, input, { seed: 0, diagnosisNetwork }),
  );
  for (const model of [...arms, ...judges]) model.dispose();
}
