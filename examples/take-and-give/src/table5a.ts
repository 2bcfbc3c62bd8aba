/**
 * The paper's Table 5a in small: soft Dice against DF-GT of the segmentation baseline and of T&G on top of it (B1, B2 and
 * B3 connected), trained on the same labels. The controls connect a diagnosis network that was never trained.
 */
import { commandLine, print } from './options.js';
import { table } from './tables.js';
import { taskNames } from './task.js';

const run = await commandLine('table5a', 'Soft Dice on DF-GT with and without Take and Give.', taskNames);
const blocks = ['B1', 'B2', 'B3'];
const arms = run.variants.flatMap((variant) => [
  { name: `T&G, ${variant}`, blocks, variant },
  ...(run.controls
    ? [{ name: `T&G, ${variant}, diagnosis network untrained`, blocks, variant, untrained: true }]
    : []),
]);
await print(table(arms, run), run);
