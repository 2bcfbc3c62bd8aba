import { library } from '../../tsup.base.js';

export default library({ index: 'src/index.ts', 'df-gt': 'src/df-gt/index.ts' });
