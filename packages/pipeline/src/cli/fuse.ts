import { resolve } from 'node:path';
import { type EngineName, useBackend } from '@diff/backend';
import type { Dataset } from '@diff/datasets';
import { Command, Option } from 'commander';
import { type CaseByCase, caseByCase } from '../cases/case-by-case.js';
import { encodeLabel, extensionOf, type LabelFormat, labelFormats } from '../cases/encode-label.js';
import { annotationsOf, type FusedCase, fuseCases } from '../cases/fuse-cases.js';
import { checkJudge, fuseDiagnosisFirst } from '../cases/fuse-diagnosis-first.js';
import { type FusionName, fusionNames, meanDisagreement, measuresOf } from '../cases/fuse-structure.js';
import { loadDiagnosis, type NetworkFile } from '../cases/models.js';
import { sideBySide } from '../cases/side-by-side.js';
import { engineNames } from '../config/schema.js';
import { type DataFlags, openData } from '../data/open-data.js';
import type { Row } from '../folder/csv.js';
import { fileName } from '../folder/file-name.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { showProgress } from '../terminal/progress.js';
import { problemLines } from '../terminal/say.js';
import { UserError } from '../user-error.js';
import { dataOptions } from './data-options.js';
import { wholeNumber } from './option-values.js';

interface FuseFlags extends DataFlags {
  method: FusionName | 'df-gt';
  out: string;
  format: LabelFormat[];
  bits: '8' | '16';
  network?: string;
  objective?: 'bce' | 'logit';
  iterations?: number;
  batchSize: number;
  engine?: EngineName;
}

const HELP = `
Methods:
  mean         the mean vote: the share of raters who are inside
  majority     1 where more than half of the raters are inside, else 0
  staple       probability by STAPLE, with each rater's sensitivity and specificity
  simple       SIMPLE: majority of the raters who agree best with it, weighted
  dawid-skene  probability by Dawid and Skene's model, with sensitivity and specificity
  df-gt        diagnosis-first: each rater counts where that helps a frozen network (--network, made by
               "train") to diagnose the case right; needs images and diagnoses

Written to --out:
  <structure>/<case>.png | .tiff | .nii.gz   the fused label. PNG has 256 steps (65536 with --bits 16), TIFF and
                                             NIfTI hold 32-bit floats. A fused 0.5 is level 128 of a PNG.
  fusion.csv     one row a case and structure: its raters, area (sum of the label, in pixels), disagreement
                 (entropy of the raters' mean, bits a pixel), and what the method says of each rater
  problems.csv   what was missing, unreadable or of another size
  settings.json  what made all this

Cases that are done are not done again: stop it with Ctrl-C, and the same command goes on. It goes by names; where
masks have changed since, give another folder. Memory does not grow with the number of cases.

Examples:
  # case1_anna.png, case1_ben.png, case2_anna.png, ... in one folder, without images
  $ diff-pipeline fuse masks --masks '{id}_{rater}.png' --method staple --out fused

  # masks in which 1, not 255, is inside; labels as floats too
  $ diff-pipeline fuse data --masks 'masks/{structure}/{rater}/{id}.png' --above 0 \\
      --method mean --format png tiff --out fused

  # a published data set, by its layout
  $ diff-pipeline fuse data/lidc --method simple --out fused

  # diagnosis-first
  $ diff-pipeline fuse data --images 'images/{id}.jpg' --masks 'masks/{rater}/{id}.png' --labels labels.csv \\
      --method df-gt --network diagnosis.safetensors --out fused
`;

export const fuseCommand = (): Command =>
  dataOptions(
    new Command('fuse')
      .description("fuse several raters' masks into one label a case and structure")
      .argument('<folder>', 'masks: a published data set, or any folder with --masks')
      .addOption(
        new Option('-m, --method <name>', 'how (below)').choices([...fusionNames, 'df-gt']).default('staple'),
      )
      .requiredOption('-o, --out <folder>', 'where labels go')
      .addOption(
        new Option('--format <name...>', 'of the labels').choices(labelFormats).default(['png'], 'png'),
      )
      .addOption(new Option('--bits <number>', 'of a PNG').choices(['8', '16']).default('8')),
  )
    .option('--network <file>', 'df-gt: the diagnosis network, a model file')
    .addOption(new Option('--objective <name>', 'df-gt: what is minimised').choices(['bce', 'logit']))
    .addOption(new Option('--iterations <count>', 'df-gt: steps a case').argParser(wholeNumber(0)))
    .addOption(
      new Option('--batch-size <count>', 'df-gt: cases side by side').argParser(wholeNumber(1)).default(16),
    )
    .addOption(
      new Option('--engine <name>', 'df-gt: what computes; by default the best there is').choices(
        engineNames,
      ),
    )
    .addHelpText('after', HELP)
    .action((root: string, flags: FuseFlags) => interruptible((signal) => fuseFolder(root, flags, signal)));

async function fuseFolder(root: string, flags: FuseFlags, signal: AbortSignal): Promise<void> {
  const { method, network: path, engine } = flags;
  if ((method === 'df-gt') !== (path !== undefined))
    throw new UserError(`--network goes with --method df-gt, and df-gt with it; the method is ${method}`);
  if (method !== 'df-gt') {
    if (flags.soft && !['mean', 'majority'].includes(method))
      throw new UserError(`${method} takes votes, inside or outside: leave --soft out`);
    return fuseWith(await plain(root, flags, method, signal), root, flags, signal);
  }
  if (flags.structures)
    throw new UserError('df-gt fuses the structures that its network judges: leave --structures out');
  await useBackend(engine && { prefer: engine });
  const network = await loadDiagnosis(path!);
  try {
    await fuseWith(await diagnosisFirst(root, flags, network, signal), root, flags, signal);
  } finally {
    network.model.dispose();
  }
}

async function fuseWith(
  { dataset, settings, measures, fused }: Fusion,
  root: string,
  flags: FuseFlags,
  signal: AbortSignal,
): Promise<void> {
  const { method, out } = flags;
  const start = performance.now();
  if (dataset.raters.length === 0) throw new UserError(`${root} has no masks that could be fused`);

  const columns = [
    ...['case', 'structure', 'raters', 'area', 'disagreement'],
    ...(method === 'df-gt' ? ['logit'] : []),
    ...measures.flatMap((measure) => dataset.raters.map((rater) => `${measure} ${rater}`)),
  ];
  const job = await caseByCase({
    dataset,
    out,
    settings: {
      command: 'fuse',
      ...{
        folder: resolve(root),
        method,
        ...settings,
        bits: flags.format.includes('png') ? Number(flags.bits) : null,
      },
      ...pick(flags, [
        'masks',
        'images',
        'labels',
        'columns',
        'yes',
        'no',
        'above',
        'soft',
        'slice',
        'slices',
      ]),
      structures: dataset.structures,
      raters: dataset.raters,
    },
    table: 'fusion.csv',
    columns,
    filesOf: (row) =>
      flags.format.map((format) => labelFile(String(row.structure), String(row.case), format)),
  });
  const before = job.done;
  const progress = showProgress({ verb: 'fused', total: dataset.length, done: before });
  const saving = sideBySide();
  let inside = false;
  try {
    for await (const one of fused(job, (step, steps) => progress.to(job.done, `step ${step} of ${steps}`))) {
      signal.throwIfAborted();
      inside ||= Object.values(one.structures).some(({ values }) => values.some((value) => value > 0));
      await saving.add(keep(job, one, flags).then(() => progress.to(job.done)));
    }
    await saving.end();
  } finally {
    await saving.settled();
    progress.end();
    for (const line of problemLines(await job.close(), out)) console.error(line);
  }
  if (job.done === 0) throw new UserError(`no case of ${root} could be fused; ${out}/problems.csv says why`);
  if (job.done > before && !inside)
    console.error(
      `every mask was empty${flags.above === undefined ? '' : `: inside is what is above ${flags.above}`}`,
    );
  const there = before ? `, ${before} of them before` : '';
  console.log(
    `${job.done} of ${dataset.length} cases fused by ${method} into ${out}${there}, in ${duration((performance.now() - start) / 1000)}`,
  );
}

interface Fusion {
  dataset: Dataset;
  /** What decides the result beside the data. */
  settings: Record<string, unknown>;
  measures: readonly string[];
  fused(
    job: CaseByCase,
    onStep: (step: number, steps: number) => void,
  ): AsyncIterable<FusedCase & { logit?: number }>;
}

async function plain(
  root: string,
  flags: FuseFlags,
  method: FusionName,
  signal: AbortSignal,
): Promise<Fusion> {
  const dataset = await openData(root, flags);
  return {
    dataset,
    settings: {},
    measures: measuresOf(method),
    fused: (job) => fuseCases(job, method, signal),
  };
}

async function diagnosisFirst(
  root: string,
  flags: FuseFlags,
  network: NetworkFile,
  signal: AbortSignal,
): Promise<Fusion> {
  const { structures, imageChannels, sha256 } = network;
  const { objective, iterations, batchSize } = flags;
  const dataset = await openData(root, flags, { channels: imageChannels, structures });
  checkJudge(dataset, network);
  return {
    dataset,
    settings: { network: sha256, ...pick(flags, ['objective', 'iterations']) },
    measures: ['weight'],
    fused: (job, onStep) =>
      fuseDiagnosisFirst(job, network, {
        ...{ batchSize, signal, onStep },
        ...(objective && { objective }),
        ...(iterations !== undefined && { iterations }),
      }),
  };
}

const labelFile = (structure: string, id: string, format: LabelFormat) =>
  `${fileName(structure)}/${fileName(id)}.${extensionOf[format]}`;

/** Writes a case's labels, and its rows. */
async function keep(
  job: CaseByCase,
  { original, structures, logit }: FusedCase & { logit?: number },
  { format, bits }: FuseFlags,
): Promise<void> {
  const annotations = annotationsOf(original, job.todo);
  const files: Record<string, Uint8Array> = {};
  const rows: Row[] = [];
  for (const [structure, { values, measures }] of Object.entries(structures)) {
    for (const name of format)
      files[labelFile(structure, original.id, name)] = await encodeLabel(
        values,
        original.image,
        name,
        bits === '8' ? 8 : 16,
      );
    const masks = annotations[structure]!;
    rows.push({
      case: original.id,
      structure,
      raters: Object.keys(masks).join(';'),
      area: values.reduce((sum, value) => sum + value, 0),
      disagreement: meanDisagreement(masks),
      logit,
      ...measures,
    });
  }
  if (rows.length) await job.finish(files, rows);
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<T> {
  return Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  ) as Partial<T>;
}
