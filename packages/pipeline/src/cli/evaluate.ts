import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Dataset, Problem } from '@diff/datasets';
import { writeAtomically } from '@diff/train/node';
import { Command, InvalidArgumentError, Option } from 'commander';
import { listPredictions, type Predictions } from '../cases/list-predictions.js';
import { type Scored, scoreCases } from '../cases/score-cases.js';
import { aucOf, meanOverCases, type Summary } from '../cases/summarise.js';
import type { Config } from '../config/schema.js';
import { type DataFlags, numbersOf, openData } from '../data/open-data.js';
import { csvOf, readCsv } from '../folder/csv.js';
import { readRunConfig } from '../folder/read-run-config.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { interruptible } from '../terminal/interrupt.js';
import { showProgress } from '../terminal/progress.js';
import { someOf } from '../terminal/say.js';
import { textTable } from '../terminal/text-table.js';
import { UserError } from '../user-error.js';
import { dataOptions, volumeOption } from './data-options.js';
import { filled, wholeNumber } from './option-values.js';

interface EvaluateFlags extends DataFlags {
  size?: number;
  thresholds: number[];
  surface?: boolean;
  labelMap?: boolean;
  resamples: number;
  seed: number;
  csv?: string;
  json?: string;
}

const HELP = `
Compared is <structure>/<case>.png (8 or 16 bits), .tiff, .nii.gz, .nrrd or .mha in the folder of predictions, as "predict", "fuse" and "train"
(in round-<k>/predictions/<arm>) write them, with every rater of the case, with MV (the mean of the raters' masks) and with
STAPLE. A file is named after its case, with what a file system could take amiss as %XX. With --label-map it is
labels/<case>, as "fuse --label-map" writes it: the numbers are those of --classes, or of --class.

  soft Dice   mean of the Dice coefficients with both masks cut at each of --thresholds
  Dice        with both masks cut at 0.5
  HD95        95th percentile of the Hausdorff distance at 0.5, where neither mask is empty (--surface): in millimetres
              where the image or the masks say how far pixels lie apart, else in pixels
  AUC         of the column "score" in predictions.csv against the diagnoses, where both are there

Intervals are of 95 %: bootstrap over patients for the means, DeLong's for the AUC. What is in one place and not in the
other is named. Options for a folder of your own are those of "fuse". Of LIDC the slices are
those of the run, or of the --slices with which "predict" or "fuse" made the predictions, unless --slices is given here.

Examples:
  $ diff-pipeline evaluate predicted data/lidc
  $ diff-pipeline evaluate runs/lidc/round-0/predictions/'T&G on DF-GT' data/lidc
  $ diff-pipeline evaluate predicted data --masks 'masks/{structure}/{rater}/{id}.png' --images 'images/{id}.png' \\
      --labels labels.csv --csv scores.csv --json scores.json
  $ diff-pipeline evaluate fused data --masks '{rater}/{id}.nii.gz' --volume --classes liver spleen --label-map
`;

export const evaluateCommand = (): Command =>
  dataOptions(
    new Command('evaluate')
      .description('how near predictions are to the raters, and how well their scores tell ill from healthy')
      .argument('<predictions>', 'a folder of probability maps or masks', filled)
      .argument('<data>', 'masks: a published data set, or any folder with --masks', filled)
      .addOption(
        new Option(
          '--csv <file>',
          'writes the numbers as a table, unrounded; - for standard output',
        ).argParser(filled),
      )
      .addOption(
        new Option('--json <file>', 'writes all there is, case by case too; - for standard output').argParser(
          filled,
        ),
      )
      .addOption(
        new Option(
          '--size <pixels>',
          'brings masks to this side; by default, of predictions in a run folder, to its data.size',
        ).argParser(wholeNumber(1)),
      )
      .addOption(
        new Option('--thresholds <list>', 'of soft Dice')
          .argParser(numberList)
          .default([0.1, 0.3, 0.5, 0.7, 0.9], '0.1,0.3,0.5,0.7,0.9'),
      )
      .addOption(volumeOption())
      .option('--label-map', 'predictions are maps of label numbers, of --classes or --class')
      .option('--surface', 'measures HD95 too, which takes longest')
      .addOption(
        new Option('--resamples <count>', 'of the bootstrap').argParser(wholeNumber(2)).default(2000),
      )
      .addOption(new Option('--seed <number>', 'of the bootstrap').argParser(wholeNumber(0)).default(0)),
  )
    .addHelpText('after', HELP)
    .action((predictions: string, data: string, flags: EvaluateFlags) =>
      interruptible((signal) => evaluate(predictions, data, flags, signal)),
    );

async function evaluate(
  root: string,
  data: string,
  flags: EvaluateFlags,
  signal: AbortSignal,
): Promise<void> {
  const { csv, json, thresholds, surface = false } = flags;
  if (csv === '-' && json === '-')
    throw new UserError('--csv - and --json - would be mixed up: name a file for one');
  const numberOf = flags.labelMap ? labelNumbers(flags) : undefined;
  const made = await madeWith(root);
  const [size, slices] = [flags.size ?? made.size, flags.slices ?? made.slices];
  const everyCase = await openData(data, flags, {
    ...(size !== undefined && { size }),
    ...(slices && { slices }),
  });
  const { test, seen } = made;
  const dataset = test ? everyCase.filter(({ id }) => test.has(id)) : everyCase;
  const predictions = await listPredictions(root, dataset, { labelMap: flags.labelMap });
  const total = new Set([...predictions.files.values()].flatMap((ids) => [...ids.keys()])).size;
  if (total === 0) throw new UserError(`no file of ${root} is named after a case of ${data}`);
  const progress = showProgress({ verb: 'compared', total });
  const { scored, problems } = await scoreCases(dataset, predictions, {
    thresholds,
    surface,
    numberOf,
    signal,
    onProgress: progress.to,
  }).finally(progress.end);
  const diagnosis = await scoreDiagnoses(join(root, 'predictions.csv'), dataset);
  const rows = [...summaries(scored, flags), ...(diagnosis?.auc ? [diagnosis.auc] : [])];
  for (const line of [
    ...warnings(predictions, diagnosis, problems, dataset),
    ...(surface ? [...undistanced(scored), ...unitsOf(scored)] : []),
    ...seenBefore(dataset, seen),
  ])
    console.error(line);
  if (rows.length === 0) throw new UserError(`no prediction of ${root} could be compared`);

  const table = csvOf(
    rows.map((row) => ({ ...row })),
    CSV_COLUMNS,
  );
  const { unmatched } = predictions;
  const everything = { rows, cases: scored, diagnosis: diagnosis ?? null, unmatched, problems };
  await put(csv, table);
  await put(json, `${JSON.stringify(everything, undefined, 2)}\n`);
  if (csv !== '-' && json !== '-') console.log(report(rows, dataset));
}

/** The number that a structure has in maps of labels. */
function labelNumbers({ classes, class: label }: DataFlags): (structure: string) => number {
  if (classes) {
    const numbers = numbersOf(classes);
    return (structure) => numbers[structure]!;
  }
  if (typeof label === 'number') return () => label;
  throw new UserError(
    '--label-map goes with --classes, or with --class and a number, which say what the numbers are',
  );
}

interface Made {
  size?: number;
  slices?: Config['data']['slices'];
  /** The cases that a run tested here: the others were not to be predicted. */
  test?: ReadonlySet<string>;
  /** Cases whose names are those of cases that the network was trained on. */
  seen?: ReadonlySet<string>;
}

/** What a run, `predict` or `fuse` says of the predictions that it left here. */
async function madeWith(root: string): Promise<Made> {
  const read = (path: string) =>
    readFile(path, 'utf8')
      .then((text) => JSON.parse(text))
      .catch(() => undefined);
  const settings = await read(join(root, 'settings.json'));
  if (settings?.command)
    return {
      slices: settings.slices,
      ...(settings.seenInTraining && { seen: new Set<string>(settings.seenInTraining) }),
    };
  const [, run, round] = /^(.*)[\\/]round-(\d+)[\\/]predictions[\\/][^\\/]+$/.exec(resolve(root)) ?? [];
  const config = run !== undefined && (await readRunConfig(run));
  if (!config) return {};
  const results: Results | undefined = await read(runFolder(run).results);
  const test = results?.rounds[Number(round)]?.test;
  return { size: config.data.size, slices: config.data.slices, ...(test && { test: new Set(test) }) };
}

async function put(path: string | undefined, text: string): Promise<void> {
  if (path === '-') process.stdout.write(text);
  else if (path) await writeAtomically(path, new TextEncoder().encode(text));
}

const CSV_COLUMNS = ['measure', 'structure', 'reference', 'cases', 'patients', 'value', 'low', 'high'];
const MEASURES = { softDice: 'soft Dice', dice: 'Dice', hausdorff95: 'HD95' } as const;

function summaries(scored: readonly Scored[], options: EvaluateFlags): Summary[] {
  const keys = new Set(scored.map(({ structure, reference }) => JSON.stringify([structure, reference])));
  return [...keys].flatMap((key) => {
    const [structure, reference] = JSON.parse(key) as [string, string];
    const own = scored.filter((one) => one.structure === structure && one.reference === reference);
    return Object.entries(MEASURES).flatMap(([field, measure]) => {
      const values = own.flatMap(({ patient, [field as keyof typeof MEASURES]: value }) =>
        value === undefined ? [] : [{ patient, value }],
      );
      return values.length ? [{ measure, structure, reference, ...meanOverCases(values, options) }] : [];
    });
  });
}

interface Diagnosed {
  auc?: Summary;
  scored: { id: string; patient: string; diagnosis: number; score: number }[];
  /** Cases with a score and no known diagnosis, and those with a diagnosis and no score. */
  withoutDiagnosis: string[];
  withoutScore: string[];
}

/** `undefined` where there are no scores, or no diagnoses. */
async function scoreDiagnoses(path: string, dataset: Dataset): Promise<Diagnosed | undefined> {
  const scores = new Map<string, number>();
  for (const { case: id, score } of await readCsv(path)) {
    if (id === undefined || score === undefined) return undefined;
    if (score.trim() === '' || !Number.isFinite(Number(score)))
      throw new UserError(`${path}: the score of ${id} is "${score}", expected a number`);
    scores.set(id, Number(score));
  }
  const entries = dataset.entries.filter(({ diagnosis }) => diagnosis !== undefined);
  if (scores.size === 0 || entries.length === 0) return undefined;
  const known = new Set(entries.map(({ id }) => id));
  const scored = entries.flatMap(({ id, patient = id, diagnosis }) =>
    scores.has(id) ? [{ id, patient, diagnosis: diagnosis!, score: scores.get(id)! }] : [],
  );
  const auc = aucOf(scored);
  return {
    ...(auc && { auc }),
    scored,
    withoutDiagnosis: [...scores.keys()].filter((id) => !known.has(id)),
    withoutScore: entries.flatMap(({ id }) => (scores.has(id) ? [] : [id])),
  };
}

function warnings(
  { files, unmatched }: Predictions,
  diagnosis: Diagnosed | undefined,
  problems: readonly Problem[],
  { structures }: Dataset,
): string[] {
  const told = (what: string, names: readonly string[]) =>
    names.length ? [`${what} (${names.length}): ${someOf(names)}`] : [];
  return [
    ...told(
      'no predictions of',
      structures.filter((name) => !files.has(name)),
    ),
    ...Object.entries(unmatched).flatMap(([structure, { withoutPrediction, withoutCase }]) => [
      ...told(`${structure}: cases without a prediction`, withoutPrediction),
      ...told(`${structure}: predictions of no case here`, withoutCase),
    ]),
    ...told('scores without a diagnosis', diagnosis?.withoutDiagnosis ?? []),
    ...told('diagnoses without a score', diagnosis?.withoutScore ?? []),
    ...(diagnosis && !diagnosis.auc ? ['no AUC: it takes two scored cases of either diagnosis'] : []),
    ...told(
      'problems',
      problems.map(({ path, reason }) => `${path}: ${reason}`),
    ),
  ];
}

/** Why distances are missing: in how many comparisons which mask has no pixel above 0.5. */
function undistanced(scored: readonly Scored[]): string[] {
  return [...new Set(scored.map(({ structure }) => structure))].flatMap((structure) => {
    const own = scored.filter((one) => one.structure === structure);
    const without = own.filter(({ hausdorff95 }) => hausdorff95 === undefined);
    if (!without.length) return [];
    const prediction = without.filter(({ empty }) => empty?.includes('prediction')).length;
    const reference = without.filter(({ empty }) => empty?.includes('reference')).length;
    return [
      `${structure}: no HD95 in ${without.length} of ${own.length} comparisons, where a mask has nothing above 0.5: ${prediction} predictions and ${reference} references are empty`,
    ];
  });
}

/** Says so where some distances are in millimetres and others in pixels. */
function unitsOf(scored: readonly Scored[]): string[] {
  const measured = scored.filter(({ hausdorff95 }) => hausdorff95 !== undefined);
  const cases = (unit: 'mm' | 'pixels') =>
    new Set(measured.filter((one) => one.unit === unit).map(({ id }) => id)).size;
  return cases('mm') && cases('pixels')
    ? [
        `HD95 is in millimetres in ${cases('mm')} cases and in pixels in ${cases('pixels')}: its mean says nothing`,
      ]
    : [];
}

function seenBefore({ entries }: Dataset, seen: ReadonlySet<string> = new Set()): string[] {
  const names = entries.flatMap(({ id }) => (seen.has(id) ? [id] : []));
  if (!names.length) return [];
  return [
    `WARNING: ${names.length} of ${entries.length} cases have the names of cases that the network was trained on (${someOf(names)}): their scores say nothing of new images`,
  ];
}

function report(rows: readonly Summary[], dataset: Dataset): string {
  const compared = rows.filter(({ structure }) => structure !== undefined);
  const measures = Object.values(MEASURES).filter((name) => compared.some(({ measure }) => measure === name));
  const [auc] = rows.filter(({ measure }) => measure === 'AUC');
  const lines: string[][] = [];
  for (const structure of dataset.structures) {
    const own = compared.filter((row) => row.structure === structure);
    for (const reference of new Set(own.map((row) => row.reference!))) {
      const cells = measures.map((name) =>
        own.find((row) => row.reference === reference && row.measure === name),
      );
      const { cases, patients } = cells[0]!;
      lines.push([structure, reference, `${cases}`, `${patients}`, ...cells.map((row) => cell(row, cases))]);
    }
  }
  const table = lines.length
    ? [textTable(['structure', 'reference', 'cases', 'patients', ...measures], lines)]
    : [];
  return [...table, ...(auc ? [`AUC ${cell(auc)}, ${auc.cases} cases`] : [])].join('\n\n');
}

/** Says how many cases where they are fewer than in the rest of the line. */
function cell(row: Summary | undefined, cases = row?.cases): string {
  if (!row) return '–';
  const shown = (value: number) => value.toFixed(3);
  const interval = row.low === undefined ? '' : ` [${shown(row.low)}, ${shown(row.high!)}]`;
  return `${shown(row.value)}${interval}${row.cases === cases ? '' : `, ${row.cases} cases`}`;
}

function numberList(text: string): number[] {
  const parts = text.split(',');
  const list = parts.map(Number);
  if (parts.every((part, i) => part.trim() !== '' && list[i]! >= 0 && list[i]! < 1)) return list;
  throw new InvalidArgumentError('Expected numbers from 0 to 1, separated by commas.');
}
