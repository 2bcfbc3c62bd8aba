import { library } from '../../tsup.base.js';

export default library(
  { index: 'src/index.ts', node: 'src/node/index.ts' },
  // A file of few lines. The rest of @diff/backend is an optional peer, which only loadModel asks for.
  { noExternal: ['@diff/backend/joined'] },
);
