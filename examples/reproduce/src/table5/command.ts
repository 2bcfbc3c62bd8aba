import type { Variant } from '@diff/tg-model';
import { Command, Option } from 'commander';
import type { Cell } from '../shared/cell.js';
import { nameOf, runCells, say } from '../shared/cells.js';
import { type CheckedCases, checkCases } from '../shared/check-cases.js';
import {
  type CaseCounts,
  type Counts,
  countsOf,
  diagnosisEpochs,
  iterations,
  networkCounts,
  type RunOptions,
  scheduleOf,
  withOptions,
} from '../shared/options.js';
import { publish } from '../shared/page.js';
import { type StudyResult, type StudySettings, studyPasses } from '../shared/study.js';
import { smallNames, type TaskName, taskNames } from '../shared/tasks.js';
import { attentionColumns, attentionPicture } from './attention-picture.js';
import { type Arm, type ArmResult, type ArmSettings, armId, armPasses } from './cell.js';
import { type Table5Row, table5 } from './table.js';

const counts = {
  ...networkCounts,
  filters: [32, 'channels of the decoder', 256],
  heads: [4, 'of the attention'],
  diagnosisEpochs,
  iterations,
  epochs: [40, 'of the segmentation networks', 80],
} satisfies Counts;

interface Options extends RunOptions, CaseCounts, Record<keyof typeof counts, number> {
  part: 'a' | 'b' | 'both';
  variants: Variant[];
  controls: TaskName[] | false;
  loss: ArmSettings['training']['loss'] | undefined;
  maps: boolean;
}

const BASELINE: Arm = { name: 'Baseline-Seg', blocks: [] };
const LEVELS = ['B1', 'B2', 'B3'];

/**
 * The paper's Tables 5a and 5b in small: soft Dice against DF-GT of the segmentation baseline and of T&G on top of it,
 * trained on the same labels, in both variants; and by the levels that Take and Give connect.
 */
export const table5Command = () =>
  withOptions(new Command('table5'), {
    tasks: smallNames,
    cases: { train: 200, test: 60 },
    counts,
    out: '.diff/take-and-give',
  })
    .description(
      'soft Dice with and without Take and Give (5a), and by connected levels (5b, on the first task)',
    )
    .addOption(new Option('--part <name>').choices(['a', 'b', 'both']).default('both'))
    .addOption(
      new Option('--variants <names...>')
        .choices(['paper', 'released'])
        .default(['paper', 'released'] satisfies Variant[]),
    )
    .addOption(
      new Option(
        '--controls <names...>',
        'tasks with controls: an untrained diagnosis network, a residual around Take',
      )
        .choices(taskNames)
        .default(['fundus']),
    )
    .option('--no-controls', 'none')
    .addOption(
      new Option(
        '--loss <name>',
        'of the segmentation networks; by default bce+dice, with the paper’s preset bce',
      ).choices(['bce', 'bce+dice']),
    )
    .option('--maps', `also draw what T&G attends to: ${attentionColumns}`, false)
    .action(async (options: Options) => {
      const cases = await checkCases(options);
      const parts = options.part === 'both' ? (['a', 'b'] as const) : [options.part];
      for (const part of parts) await run(part, options, cases);
      if (options.maps) await drawMaps(options, cases);
    });

/** The arms of Table 5a: each variant, with two controls where they are asked for. */
function table5aArms(variants: readonly Variant[], controls: boolean): Arm[] {
  return variants.flatMap((variant) => {
    const arm = { name: `T&G, ${variant}`, blocks: LEVELS, variant };
    const controlled = [
      { ...arm, name: `${arm.name}, diagnosis network untrained`, untrained: true },
      { ...arm, name: `${arm.name}, with a residual`, residual: true },
    ];
    return [arm, ...(controls ? controlled : [])];
  });
}

/** The arms of Table 5b: the paper's six choices. B1, B2, B3 is Table 5a's network: one name, one cell. */
function table5bArms(variants: readonly Variant[]): Arm[] {
  return variants.flatMap((variant) =>
    ['B1 B2', 'B2 B3', 'B3 B4', 'B1 B2 B3', 'B2 B3 B4', 'B1 B2 B3 B4'].map((levels) => ({
      name: levels === LEVELS.join(' ') ? `T&G, ${variant}` : `T&G, ${variant}, ${levels}`,
      blocks: levels.split(' '),
      variant,
    })),
  );
}

/** Diagnosis networks and labels of every task and seed first; then the arms, which share them. */
async function run(part: 'a' | 'b', options: Options, cases: CheckedCases): Promise<void> {
  const tasks = part === 'a' ? options.tasks : options.tasks.slice(0, 1);
  const studies = tasks.flatMap((task) =>
    Array.from({ length: options.seeds }, (_, seed) => studySettings(task, seed, options, cases)),
  );
  const labels = await runCells<StudyResult, StudySettings>(
    studies.map((settings) => ({ id: `${nameOf(settings)}/references`, kind: 'study', settings })),
    options,
    { work: { passes: studyPasses, network: options } },
  );
  const arms = (task: TaskName) =>
    part === 'b'
      ? table5bArms(options.variants)
      : table5aArms(options.variants, (options.controls || []).includes(task));
  const armCells = studies.flatMap((study) =>
    [BASELINE, ...arms(study.task)].map((arm) => armSettings(study, arm, options)),
  );
  const trained = await runCells<ArmResult, ArmSettings>(
    armCells.map((settings) => ({ id: armId(settings), kind: 'arm', settings })),
    options,
    { work: { passes: armPasses, network: options } },
  );
  const rows: Table5Row[] = [
    ...labels.flatMap(({ settings: { task, seed }, result }) =>
      Object.entries(result).map(([arm, scores]) => ({ task, seed, arm, weights: 0, ...scores })),
    ),
    ...trained.map(({ settings: { study, arm }, result }) => ({
      task: study.task,
      seed: study.seed,
      arm: arm.name,
      ...result,
    })),
  ];
  const about =
    `${cases.about}; ${options.size} × ${options.size}, ResNet${options.depth}s of width ` +
    `${options.width}, decoder of ${options.filters} channels, ${options.heads} heads, ${options.epochs} epochs at ` +
    `${options.learningRate}, loss ${lossOf(options)}; Baseline-Dia ${options.diagnosisEpochs} epochs, DF-GT ${options.iterations} iterations. ` +
    '±: 95 % interval over seeds; in brackets: bootstrap over test cases.';
  await publish(
    {
      section: `table5${part}`,
      page: 'results/table5.md',
      body: `${about}\n\n${table5(rows, BASELINE.name)}`,
      cells: [...labels, ...trained],
      engine: options.engine,
    },
    options.write,
  );
}

function studySettings(task: TaskName, seed: number, options: Options, cases: CheckedCases): StudySettings {
  const { filters: _, heads: __, epochs: ___, ...sizes } = countsOf(counts, options);
  return { task, seed, ...cases.of(task, seed), ...sizes, schedule: scheduleOf(options) };
}

const lossOf = ({ loss, preset }: Options) => loss ?? (preset === 'paper' ? 'bce' : 'bce+dice');

function armSettings(study: StudySettings, arm: Arm, options: Options): ArmSettings {
  const { filters, heads, epochs } = options;
  return { study, arm, training: { filters, heads, epochs, loss: lossOf(options) } };
}

async function drawMaps(options: Options, cases: CheckedCases): Promise<void> {
  const settings = options.tasks.flatMap((task) =>
    table5aArms(options.variants, false).map((arm) =>
      armSettings(studySettings(task, 0, options, cases), arm, options),
    ),
  );
  const of = (kind: 'arm' | 'attention', suffix = '') =>
    settings.map((one): Cell<ArmSettings> => ({ id: `${armId(one)}${suffix}`, kind, settings: one }));
  await runCells(of('arm'), options);
  await runCells(of('attention', '-attention'), options);
  for (const one of settings) say(`picture: ${options.out}/${attentionPicture(one)}`);
}
