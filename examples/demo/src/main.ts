/**
 * Draws fundus photographs that seven raters outlined, fuses their opinions, and judges each: how close to the true cup,
 * and how well the vertical cup-to-disc ratio tells glaucoma.
 */
import { type PhantomTruth, phantom } from '@diff/datasets';
import { averageVote, majorityVote, staple } from '@diff/fusion';
import { delong, softDice, verticalCupToDiscRatio } from '@diff/metrics';
import { Command, InvalidArgumentError } from 'commander';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};
const { cases, size, seed } = new Command('demo')
  .description('several opinions fused and judged, on fundus photographs that it draws itself')
  .option('--cases <n>', 'how many to draw', count, 300)
  .option('--size <pixels>', 'their side', count, 96)
  .option('--seed <n>', 'what is drawn', Number, 0)
  .parse()
  .opts<{ cases: number; size: number; seed: number }>();

const dataset = phantom('fundus', { cases, size, seed, prevalence: 0.5 });
const opinions = new Map<string, { dice: number[]; labels: number[]; ratios: number[] }>();
const shape = [size, size];

let done = 0;
for await (const { annotations, diagnosis, meta } of dataset.cases()) {
  const { masks: truth } = meta!.truth as PhantomTruth;
  const judge = (name: string, disc: ArrayLike<number>, cup: ArrayLike<number>, soft = cup) => {
    const opinion = opinions.get(name) ?? { dice: [], labels: [], ratios: [] };
    opinions.set(name, opinion);
    opinion.dice.push(softDice(soft, truth.cup!));
    opinion.labels.push(diagnosis!);
    opinion.ratios.push(verticalCupToDiscRatio(cup, disc, { shape }));
  };
  const { disc, cup } = annotations as { disc: Record<string, Uint8Array>; cup: Record<string, Uint8Array> };
  for (const rater of dataset.raters) if (disc[rater] && cup[rater]) judge(rater, disc[rater], cup[rater]);
  const [discs, cups] = [Object.values(disc), Object.values(cup)];
  judge('majority vote', majorityVote(discs), majorityVote(cups), averageVote(cups));
  const em = { maxIterations: 200 };
  judge(
    'STAPLE',
    staple(discs, em).probability.map(Math.round),
    staple(cups, em).probability.map(Math.round),
    staple(cups, em).probability,
  );
  judge('the truth', truth.disc!, truth.cup!);
  if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${cases} cases `);
}
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');

console.log(
  `${cases} fundus photographs drawn at ${size} × ${size}, half of them with glaucoma; seed ${seed}.\n`,
);
console.log('opinion         soft Dice of the cup   AUC of the vertical cup-to-disc ratio');
const names = [...dataset.raters, 'majority vote', 'STAPLE', 'the truth'];
for (const name of names) {
  const { dice, labels, ratios } = opinions.get(name)!;
  const mean = dice.reduce((a, b) => a + b) / dice.length;
  const { auc, interval } = delong(labels, ratios);
  console.log(
    `${name.padEnd(16)}${mean.toFixed(3).padStart(20)}   ${auc.toFixed(3)} [${interval.map((end) => end.toFixed(3)).join(', ')}]`,
  );
}
console.log(
  '\nThe mask closest to the true outline need not tell most about the disease: some raters let the diagnosis they suspect' +
    '\nguide their hand. That is what diagnosis-first fusion (@diff/fusion/df-gt) makes use of.',
);
