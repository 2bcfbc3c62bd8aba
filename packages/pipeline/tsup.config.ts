import { library } from '../../tsup.base.js';

const libraries = {
  index: 'src/index.ts',
  jobs: 'src/jobs/index.ts',
  predict: 'src/predict/index.ts',
  report: 'src/report/index.ts',
  cli: 'src/cli/index.ts',
};

export default library(
  { ...libraries, 'diff-pipeline': 'src/cli/main.ts', worker: 'src/run/worker.ts' },
  { format: ['esm'], dts: { entry: libraries }, platform: 'node' },
);
