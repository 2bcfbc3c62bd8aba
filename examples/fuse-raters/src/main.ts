/** npm start --workspace fuse-raters -- <folder with bu-bil/ and lidc/>: prints two tables. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buBil } from './bu-bil.js';
import { lidc } from './lidc.js';
import { diceTable } from './table.js';

const root = process.argv[2] ?? process.env.DIFF_DATA;
if (root === undefined) {
  console.error('npm start --workspace fuse-raters -- <folder with bu-bil/ and lidc/>, or set DIFF_DATA');
  process.exit(2);
}

if (existsSync(join(root, 'bu-bil'))) {
  const { experts, fusions } = await buBil(root);
  console.log('## BU-BIL 6: Dice with the gold standard\n');
  console.log(`${diceTable('expert', [...experts])}\n`);
  console.log(`${diceTable('fusion of the ten', [...fusions])}\n`);
} else console.log(`No bu-bil in ${root}: skipped.`);

if (existsSync(join(root, 'lidc'))) {
  const { slices, nodules, others } = await lidc(root);
  console.log('## LIDC-IDRI: how far four readers agree\n');
  const mutual: [string, number[]][] = [
    ['slices', slices],
    ['nodules', nodules],
  ];
  console.log(`${diceTable('mean of the six pairs, by', mutual)}\n`);
  console.log(diceTable('a reader against the other three, by nodule', [...others]));
} else console.log(`No lidc in ${root}: skipped.`);
