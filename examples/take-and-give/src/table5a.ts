/**
 * The paper's Table 5a in small: soft Dice against DF-GT of the segmentation baseline and of T&G on top of it (B1, B2 and
 * B3 connected), trained on the same labels. Two controls for each variant: a diagnosis network that was never trained,
 * and a residual around Take.
 */

import { taskNames } from '../../diagnosis-first/src/task.js';
import { commandLine, print } from './options.js';
import { table } from './tables.js';

const run = await commandLine('table5a', 'Soft Dice on DF-GT with and without Take and Give.', taskNames);
const blocks = ['B1', 'B2', 'B3'];
const arms = run.variants.flatMap((variant) => {
  const name = `T&G, ${variant}`;
  const controls = [
    { name: `${name}, diagnosis network untrained`, blocks, variant, untrained: true },
    { name: `${name}, with a residual`, blocks, variant, residual: true },
  ];
  return [{ name, blocks, variant }, ...(run.controls ? controls : [])];
});
await print(table(arms, run), run);
