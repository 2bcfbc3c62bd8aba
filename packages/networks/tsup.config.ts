import { library } from '../../tsup.base.js';

const libraries = {
  index: 'src/index.ts',
  segmentation: 'src/segmentation/index.ts',
  'multi-rater': 'src/multi-rater/index.ts',
  diagnosis: 'src/diagnosis/index.ts',
  layers: 'src/layers/index.ts',
};

export default library(
  { ...libraries, cli: 'src/cli/main.ts' },
  { dts: { entry: libraries }, external: [/^node:/], removeNodeProtocol: false },
);
