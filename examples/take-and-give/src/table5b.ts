/** The paper's Table 5b in small: soft Dice against DF-GT by the levels that Take and Give connect. */
import { commandLine, print } from './options.js';
import { table } from './tables.js';

const run = await commandLine('table5b', 'Soft Dice on DF-GT by connected blocks.', ['fundus']);
const choices = ['B1 B2', 'B2 B3', 'B3 B4', 'B1 B2 B3', 'B2 B3 B4', 'B1 B2 B3 B4'].map((names) =>
  names.split(' '),
);
const arms = run.variants.flatMap((variant) =>
  choices.map((blocks) => ({
    // B1, B2, B3 is Table 5a's network: one name, one cell.
    name: blocks.join() === 'B1,B2,B3' ? `T&G, ${variant}` : `T&G, ${variant}, ${blocks.join(' ')}`,
    blocks,
    variant,
  })),
);
await print(table(arms, run), run);
