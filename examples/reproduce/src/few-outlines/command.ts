import { Command, Option } from 'commander';
import { UserError } from 'diff-pipeline';
import { wholeNumber } from 'diff-pipeline/cli';
import type { Cell } from '../shared/cell.js';
import { runCells } from '../shared/cells.js';
import { plusMinus } from '../shared/markdown.js';
import { type Counts, countsOf, networkCounts, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { type FewName, FOLDS, fewNames, MOST_OUTLINED } from './cases.js';
import {
  type Arm,
  type FewResult,
  type FewSettings,
  fewId,
  fewPasses,
  isGuided,
  type LabelResult,
} from './cell.js';
import { type GuideResult, type GuideSettings, guideId } from './guide.js';
import { type FewRow, fewTables } from './table.js';

const counts = {
  ...networkCounts,
  test: [200, 'test cases; of LIDC a fold'],
  passes: [24_000, 'cases that the guide sees in training, each at most 60 times'],
  epochs: [60, 'of the segmentation networks'],
  filters: [32, 'channels of the decoder'],
  heads: [4, 'of the attention'],
} satisfies Counts;

interface Options extends RunOptions, Record<keyof typeof counts, number> {
  outlined: number[];
  diagnosed: number[];
}

const BASELINE: Arm = { name: 'Baseline-Seg', form: 'plain' };
const [PAPER, DEEP] = [
  ['B1', 'B2', 'B3'],
  ['B2', 'B3', 'B4'],
];

const GUIDED: Arm[] = [
  { name: 'T&G, paper', form: 'paper', blocks: PAPER },
  { name: 'T&G, released', form: 'released', blocks: PAPER },
  { name: 'T&G, balanced', form: 'balanced', blocks: PAPER },
  { name: 'T&G, balanced, B2 B3 B4', form: 'balanced', blocks: DEEP },
  { name: 'pooled, B2 B3 B4', form: 'pooled', blocks: DEEP },
  { name: 'encoder from the guide', form: 'startFrom' },
];
const ARMS: Arm[] = [
  BASELINE,
  { name: 'told the diagnosis', form: 'told' },
  ...GUIDED,
  ...GUIDED.map((arm) => ({ ...arm, name: `${arm.name}, guide untrained`, untrained: true })),
];

/** Take and Give where diagnoses are many and outlines few: the guide learns from pictures that nobody outlined. */
export const fewOutlinesCommand = () =>
  withOptions(new Command('few-outlines'), {
    tasks: ['fundus'],
    choices: fewNames,
    seeds: 5,
    counts,
    notOfPaper:
      'it asks what the paper does not, of phantoms whose signs lie apart from the edge, and of LIDC',
  })
    .description('what a guide is worth that learned from many diagnosed cases, where few have outlines')
    .addOption(many('--outlined <n...>', 'cases with outlines', [64], 1))
    .addOption(many('--diagnosed <n...>', 'further cases with a diagnosis alone; of LIDC all', [1600], 0))
    .action(async (options: Options) => {
      const most = Math.max(...options.outlined);
      if (most > MOST_OUTLINED)
        throw new UserError(`--outlined is ${most}, expected at most ${MOST_OUTLINED}`);
      if (options.tasks.includes('lidc') && options.seeds > FOLDS)
        throw new UserError(
          `--seeds is ${options.seeds}, expected at most ${FOLDS} for lidc, whose seeds are folds`,
        );
      await run(options);
    });

function many(flags: string, says: string, initial: number[], least: number): Option {
  const number = wholeNumber(least);
  return new Option(flags, says).default(initial).argParser((text: string, before: number[]) => {
    const value = number(text);
    return before === initial ? [value] : [...before, value];
  });
}

async function run(options: Options): Promise<void> {
  const { outlined, diagnosed, seeds } = options;
  const tasks = options.tasks as FewName[];
  const { epochs, filters, heads, ...sizes } = countsOf(counts, options);
  const groups = tasks.flatMap((task) =>
    outlined.flatMap((few) =>
      (task === 'lidc' ? [0] : diagnosed).map((others) => ({ task, outlined: few, diagnosed: others })),
    ),
  );
  // Seed by seed, so that a run that is stopped has something of every group.
  const guides = Array.from({ length: seeds }, (_, seed) =>
    groups.map(
      ({ task, outlined, diagnosed }): GuideSettings => ({
        ...{ task, seed, outlined, diagnosed, schedule: 'cosine' as const },
        ...sizes,
      }),
    ),
  ).flat();
  const settings = (arm: Arm, guide: GuideSettings): FewSettings => ({
    ...{ arm, guide: settingsOf(arm, guide) },
    ...{ epochs, filters, heads },
  });
  const arms = new Map(
    guides.flatMap((guide) =>
      ARMS.map((arm): [string, Cell<FewSettings>] => {
        const own = settings(arm, guide);
        return [fewId(own), { id: fewId(own), kind: 'few', settings: own }];
      }),
    ),
  );
  const guided = await runCells<GuideResult, GuideSettings>(
    guides.map((settings) => ({ id: `${guideId(settings)}-auc`, kind: 'fewGuide', settings })),
    options,
    { work: { passes: ({ passes }) => passes, network: options } },
  );
  const labelled = await runCells<LabelResult, GuideSettings>(
    guides.map((settings) => ({ id: `${guideId(settings)}-labels`, kind: 'fewLabels', settings })),
    options,
  );
  const done = await runCells<FewResult, FewSettings>([...arms.values()], options, {
    work: { passes: fewPasses, network: options },
  });
  const results = new Map(done.map(({ settings, result }) => [fewId(settings), result]));
  const parts = groups.map((group) => {
    const same = guides.filter(
      ({ task, outlined, diagnosed }) =>
        task === group.task && outlined === group.outlined && diagnosed === group.diagnosed,
    );
    const rows = same.flatMap((guide) => {
      const label = labelled.find(({ settings }) => guideId(settings) === guideId(guide))!.result;
      return ARMS.map((arm): FewRow => {
        const result = results.get(fewId(settings(arm, guide)))!;
        return { arm: arm.name, seed: guide.seed, result, label };
      });
    });
    const aucs = same.map(
      (guide) => guided.find(({ settings }) => guideId(settings) === guideId(guide))!.result.auc,
    );
    const others =
      group.task === 'lidc' ? 'all others of the training folds' : group.diagnosed.toLocaleString('en');
    return (
      `### ${group.task}: ${group.outlined} outlined, ${others} diagnosed besides\n\n` +
      `The guide diagnoses the test cases from the picture with an AUC of ${plusMinus(aucs)}.\n\n${fewTables(rows, BASELINE.name)}`
    );
  });
  const about =
    `${seeds} seeds; ${options.size} × ${options.size}, ResNet${options.depth}s of width ${options.width}, decoder of ${filters} channels, ` +
    `${heads} heads, ${epochs} epochs at ${options.learningRate}, loss bce+dice, labels: the mean vote; ${options.test} test cases. ` +
    '±: 95 % interval over seeds; in brackets: that of the difference to the baseline, seed by seed.';
  await publish(
    {
      ...{ section: 'few-outlines', page: 'results/few-outlines.md', engine: options.engine },
      ...{ body: `${about}\n\n${parts.join('\n\n')}`, cells: [...guided, ...labelled, ...done] },
    },
    options.write,
  );
}

/** What an arm depends on: without a trained guide not on how many were diagnosed besides, so that such an arm is trained once. */
const settingsOf = (arm: Arm, guide: GuideSettings): GuideSettings =>
  isGuided(arm) ? guide : { ...guide, diagnosed: 0, passes: 0 };
