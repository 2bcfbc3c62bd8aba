/**
 * What DF-GT makes of raters whose characters are known: mean expertness at the border, by rater, on phantoms, beside the
 * AUC that the rater's masks have by the causal model. The diagnosis network never saw the fused cases.
 */
import { useBackend } from '@diff/backend';
import { type PhantomKind, raterCharacters } from '@diff/datasets';
import { diagnosisFirstAll, type Expertness, raterWorth } from '@diff/fusion/df-gt';
import { Command, InvalidArgumentError } from 'commander';
import { expertness } from './fusions.js';
import { trainJudge } from './judges.js';
import { interval } from './summary.js';
import { loadTask } from './task.js';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};

const options = new Command('worth')
  .description('mean expertness of each rater at the border, over seeds, on phantoms')
  .option('--tasks <names...>', 'of fundus, thyroid, skin', ['fundus', 'thyroid', 'skin'])
  .option('--expertness <name>', `of ${Object.keys(expertness).join(', ')}`, 'expG')
  .option('--objective <name>', 'bce or logit', 'logit')
  .option('--seeds <n>', 'how many', count, 5)
  .option('--train <n>', 'training cases', count, 200)
  .option('--test <n>', 'fused cases', count, 40)
  .option('--size <pixels>', 'side of the images', count, 64)
  .option('--width <channels>', 'of the ResNet18 after the stem', count, 16)
  .option('--epochs <n>', 'of the diagnosis network', count, 12)
  .option('--iterations <n>', 'of DF-GT', count, 60)
  .parse()
  .opts<{
    tasks: PhantomKind[];
    expertness: string;
    objective: 'bce' | 'logit';
    seeds: number;
    train: number;
    test: number;
    size: number;
    width: number;
    epochs: number;
    iterations: number;
  }>();
const map: Expertness | undefined = expertness[options.expertness];
if (!map)
  throw new RangeError(
    `worth: --expertness is '${options.expertness}', expected one of ${Object.keys(expertness).join(', ')}`,
  );

const { name: engine } = await useBackend();
console.error(`engine ${engine}`);
for (const kind of options.tasks) {
  const values = new Map<string, number[]>();
  for (let seed = 0; seed < options.seeds; seed++) {
    const task = await loadTask(kind as 'fundus', { ...options, seed });
    const judge = await trainJudge('baselineDia', task, task.train, { ...options, seed });
    const pairs = [];
    const run = diagnosisFirstAll(task.test, {
      network: judge.network,
      expertness: map,
      objective: options.objective,
      iterations: options.iterations,
      structures: task.structures,
      seed,
    });
    for await (const pair of run) pairs.push(pair);
    for (const { rater, diagnosis, region, mean } of raterWorth(pairs)) {
      if (diagnosis === 'all' && region === 'border') values.set(rater, [...(values.get(rater) ?? []), mean]);
    }
    judge.dispose();
    console.error(
      `${kind}, seed ${seed}: ${[...values].map(([rater, all]) => `${rater} ${all.at(-1)!.toFixed(3)}`).join(', ')}`,
    );
  }
  const raters = raterCharacters[kind];
  console.log(
    `\n### ${kind}, ${options.expertness}\n\n| rater | awareness | insight | expertness at the border, times ${raters.length} |\n| --- | ---: | ---: | ---: |`,
  );
  for (const { name, awareness, insight } of raters) {
    console.log(
      `| ${name} | ${awareness} | ${insight} | ${interval((values.get(name) ?? []).map((x) => x * raters.length))} |`,
    );
  }
}
