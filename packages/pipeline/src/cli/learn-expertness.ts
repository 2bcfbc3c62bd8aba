import { type EngineName, useBackend } from '@diff/backend';
import { Command, Option } from 'commander';
import { type JudgeName, judgeNames } from '../cases/judge-for-expertness.js';
import { type LearnedFromFolder, type LearnSettings, learnFromFolder } from '../cases/learn-from-folder.js';
import { engineNames } from '../config/schema.js';
import { type FormName, formNames } from '../config/shared-forms.js';
import type { DataFlags } from '../data/open-data.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { showProgress } from '../terminal/progress.js';
import { problemLines } from '../terminal/say.js';
import { textTable } from '../terminal/text-table.js';
import { checkOut } from './check-out.js';
import { dataOptions } from './data-options.js';
import { filled, wholeNumber } from './option-values.js';

interface LearnFlags extends DataFlags, Omit<LearnSettings, 'form'> {
  out: string;
  by: FormName;
  judge?: JudgeName;
  engine?: EngineName;
}

const HELP = `
Diagnosed cases that several raters outlined go in; what comes out fuses cases that nobody has diagnosed yet
("fuse --method learned"). A rater weighs more where following them helps a judge to tell ill from healthy. Each judge is
trained without the patients of one fold, and judges those; expertness is learned again without them too, for the AUC of
held-out cases.

This measures what outlines tell of the diagnosis, not how accurate they are: a rater who knows the record will come first.

Judges: networks that see image and mask (dlCat to start with), or, without images, a regression on the masks' area,
vertical diameter, or the ratio of two diameters (--structures cup disc: the first by the second).

Written to --out:
  expertness.json   for "fuse", and for loadExpertness of @diff/fusion/df-gt
  raters.csv        each rater's weight with its 95 % interval over patients, the AUC by their masks alone, and what the AUC of
                    held-out cases loses without them (drop)
  held-out.csv      the judge's logit of every case, by learned weights and by the mean vote
  problems.csv      what was missing, unreadable or not diagnosed
  settings.json     what made all this

Stop it with Ctrl-C, and the same command goes on.

Examples:
  $ diff-pipeline learn-expertness diagnosed --images 'images/{id}.png' --masks 'masks/{rater}/{id}.png' \\
      --labels labels.csv --out learned
  $ diff-pipeline fuse new --masks 'masks/{rater}/{id}.png' --method learned --expertness learned --out fused
`;

export const learnExpertnessCommand = (): Command =>
  dataOptions(
    new Command('learn-expertness')
      .description('learn whom to trust from diagnosed cases, to fuse cases that have no diagnosis')
      .argument(
        '<folder>',
        'images, masks and diagnoses: a published data set, or any folder with --masks',
        filled,
      )
      .requiredOption('-o, --out <folder>', 'where it goes', filled)
      .addOption(
        new Option(
          '--by <what>',
          'what has a weight of its own: a rater, a rater in a structure, or at a place',
        )
          .choices(formNames)
          .default('rater'),
      )
      .addOption(
        new Option('--judge <name>', 'who judges (default: dlCat, without images area)').choices(judgeNames),
      ),
  )
    .addOption(new Option('--size <pixels>', 'side of what is judged').argParser(wholeNumber(8)).default(64))
    .addOption(
      new Option('--steps <count>', 'training steps of a network that judges')
        .argParser(wholeNumber(1))
        .default(160),
    )
    .addOption(new Option('--folds <count>', 'of patients').argParser(wholeNumber(2)).default(5))
    .addOption(
      new Option('--resamples <count>', 'of patients, for the intervals')
        .argParser(wholeNumber(0))
        .default(100),
    )
    .addOption(new Option('--seed <number>').argParser(wholeNumber(0)).default(0))
    .addOption(
      new Option('--engine <name>', 'what computes; by default the best there is').choices(engineNames),
    )
    .addHelpText('after', HELP)
    .action((root: string, flags: LearnFlags) => interruptible((signal) => learn(root, flags, signal)));

async function learn(root: string, flags: LearnFlags, signal: AbortSignal): Promise<void> {
  const { out, by, judge, size, steps, folds, resamples, seed, engine, ...data } = flags;
  checkOut(out, [root]);
  await useBackend(engine && { prefer: engine });
  const start = performance.now();
  let progress: ReturnType<typeof showProgress> | undefined;
  const settings = { form: by, ...(judge && { judge }), size, steps, folds, resamples, seed };
  const found = await learnFromFolder(root, data, settings, {
    ...{ out, signal },
    onJudge(fold, total) {
      progress ??= showProgress({ verb: 'judges trained:', total });
      progress.to(fold);
    },
    onStep({ fit, fits, step, iterations }) {
      if (fit === 0 && step === 0) {
        progress?.end();
        progress = showProgress({ verb: 'learned', total: fits });
      }
      progress?.to(fit, `step ${step + 1} of ${iterations}`);
    },
    onDamage: (sentence) => console.error(`${sentence}; it is made again`),
  }).finally(() => progress?.end());
  for (const line of problemLines(found.problems, out)) console.error(line);
  console.log(
    `${summary(found)}\n\n${out}/expertness.json, in ${duration((performance.now() - start) / 1000)}`,
  );
}

function summary({ cases, patients, judge, raters, heldOut }: LearnedFromFolder): string {
  const two = (value: number) => value.toFixed(2);
  const three = (value: number) => value.toFixed(3);
  const range = (bounds?: readonly [number, number]) =>
    bounds ? `${two(bounds[0])} to ${two(bounds[1])}` : '–';
  const table = textTable(
    ['rater', 'weight', '95 %', 'AUC alone', '95 %'],
    raters.map(({ rater, weight, interval, alone }) => [
      ...[rater, two(weight), range(interval)],
      ...[alone ? two(alone.auc) : '–', range(alone?.interval)],
    ]),
  );
  const { learned, meanVote, difference, interval } = heldOut;
  const sign = difference < 0 ? '' : '+';
  return [
    `${cases} cases of ${patients} patients, judged by ${judge}`,
    '',
    table,
    '',
    `AUC of held-out cases: ${three(learned)}, by the mean vote ${three(meanVote)}: ` +
      `${sign}${three(difference)} [${three(interval[0])}, ${three(interval[1])}]` +
      (interval[0] > 0 || interval[1] < 0 ? '' : ', a difference that may be chance'),
  ].join('\n');
}
