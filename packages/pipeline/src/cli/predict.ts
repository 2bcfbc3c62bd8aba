import { resolve } from 'node:path';
import { type EngineName, useBackend } from '@diff/backend';
import type { Case } from '@diff/datasets';
import { Command, Option } from 'commander';
import { type CaseByCase, caseByCase } from '../cases/case-by-case.js';
import { encodeLabel, type LabelFormat, labelFormats } from '../cases/encode-label.js';
import {
  encodeOutlines,
  isOutline,
  type OutlineFormat,
  outlineExtensions,
} from '../cases/encode-outlines.js';
import { gatherCoco } from '../cases/join-coco.js';
import { labelFile } from '../cases/label-file.js';
import { loadDiagnosis, loadSegmentation, type NetworkFile } from '../cases/models.js';
import { openImages } from '../cases/open-images.js';
import { findModels } from '../cases/run-models.js';
import { sideBySide } from '../cases/side-by-side.js';
import { engineNames } from '../config/schema.js';
import type { DataFlags } from '../data/open-data.js';
import { checkPair } from '../predict/network.js';
import { type Prediction, predictCase } from '../predict/predict-case.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { showProgress } from '../terminal/progress.js';
import { problemLines, someOf } from '../terminal/say.js';
import { UserError } from '../user-error.js';
import { checkOut } from './check-out.js';
import { slicesOption } from './data-options.js';
import { allFilled, filled, numberWithin, wholeNumber } from './option-values.js';

interface PredictFlags extends Pick<DataFlags, 'images' | 'slice' | 'slices'> {
  out: string;
  diagnosis?: string;
  round?: number;
  arm?: string;
  judge?: string;
  format?: (LabelFormat | OutlineFormat)[];
  threshold: number;
  engine?: EngineName;
}

const HELP = `
The model is a run folder, as "train" leaves it, or a model file of a segmentation network. Images are brought to the
size and the channels that the model was trained on, probabilities back to the size of each image.

Written to --out:
  <structure>/<image>.png | .tiff | .nii.gz | .nrrd | .mha
                                    probability of being inside: 16-bit PNG (65535 is 1), the others 32-bit floats.
                                    NIfTI, NRRD and MetaImage have the affine and spacing of the image
  <structure>/<image>.dcm | .coco.json | .geojson
                                    what is above --threshold, as a DICOM segmentation (of images that say where they
                                    lie) or as outlines; coco.json holds all images
  masks/<structure>/<image>.png     255 where that is above --threshold, else 0; of NIfTI, NRRD and MetaImage the same
                                    as .nii.gz, .nrrd or .mha, 1 and 0
  predictions.csv                   one row per image: its size, the area of each mask in pixels and, where there is a
                                    diagnosis network, its score for image and predicted masks: the probability of
                                    illness
  problems.csv                      what could not be read
  settings.json                     what made all this

Images that are done are not done again: stop it with Ctrl-C, and the same command goes on.

Examples:
  $ diff-pipeline predict runs/demo photos --out predicted
  $ diff-pipeline predict runs/demo a.png b.jpg --out predicted --format tiff
  $ diff-pipeline predict runs/demo scans --slice 40 --out predicted --format nifti
  $ diff-pipeline predict runs/demo data --images 'images/{id}.png' --arm 'Baseline-Seg on MV' --out predicted
  $ diff-pipeline predict segmentation.safetensors photos --diagnosis diagnosis.safetensors --out predicted
`;

export const predictCommand = (): Command =>
  new Command('predict')
    .description('image -> mask, probability map and diagnosis')
    .argument('<model>', 'a run folder, or a model file', filled)
    .argument(
      '<images...>',
      'image files, or one folder: a published data set, pictures, or by --images',
      allFilled,
    )
    .requiredOption('-o, --out <folder>', 'where predictions go', filled)
    .option('--diagnosis <file>', 'the diagnosis network, a model file; by default that of the run')
    .addOption(
      new Option('--round <number>', 'of a run, whose models (default: 0)').argParser(wholeNumber(0)),
    )
    .option(
      '--arm <name>',
      "of a run, which segmentation network, such as 'Baseline-Seg on MV' (default: its first)",
    )
    .option('--judge <name>', 'of a run, which diagnosis network (default: Baseline-Dia)')
    .option('--images <pattern>', "where images are in the folder: 'images/{id}.{png,jpg}'")
    .addOption(new Option('--slice <number>', 'of volumes, which slice, from 0').argParser(wholeNumber(0)))
    .addOption(slicesOption())
    .addOption(
      new Option(
        '--format <name...>',
        'of probability maps (default: png; of NIfTI, NRRD and MetaImage their own)',
      ).choices([...labelFormats, ...Object.keys(outlineExtensions)]),
    )
    .addOption(
      new Option('--threshold <probability>', 'a mask is where the probability is above it')
        .argParser(numberWithin(0, 1))
        .default(0.5),
    )
    .addOption(
      new Option('--engine <name>', 'what computes; by default the best there is').choices(engineNames),
    )
    .addHelpText('after', HELP)
    .action((model: string, images: string[], flags: PredictFlags) =>
      interruptible((signal) => predictImages(model, images, flags, signal)),
    );

async function predictImages(
  model: string,
  images: string[],
  flags: PredictFlags,
  signal: AbortSignal,
): Promise<void> {
  checkOut(flags.out, [model, ...images]);
  const networks = await loadNetworks(model, flags);
  try {
    await predictWith(networks, images, flags, signal);
  } finally {
    disposeNetworks(networks);
  }
}

async function predictWith(
  { segmentation, diagnosis, trainedOn }: Networks,
  images: string[],
  flags: PredictFlags,
  signal: AbortSignal,
): Promise<void> {
  const { out, threshold } = flags;
  const start = performance.now();
  const { structures, imageChannels } = segmentation;
  const dataset = await openImages(images, flags, imageChannels);
  const fileOf = new Map(dataset.entries.map(({ id, file }) => [id, file ?? id]));
  const formatsOf = (id: string) => flags.format ?? [formatOfFile(fileOf.get(id) ?? id)];
  const seen = dataset.entries.flatMap(({ id }) => (trainedOn?.has(id) ? [id] : []));
  const job = await caseByCase({
    dataset,
    out,
    settings: {
      command: 'predict',
      segmentation: segmentation.sha256,
      diagnosis: diagnosis?.sha256 ?? null,
      images: images.map((path) => resolve(path)),
      pattern: flags.images ?? null,
      slice: flags.slice ?? null,
      ...(flags.slices && { slices: flags.slices }),
      threshold,
      ...(seen.length && { seenInTraining: seen }),
    },
    table: 'predictions.csv',
    columns: [
      ...['case', 'width', 'height'],
      ...structures.map((structure) => `area ${structure}`),
      ...(diagnosis ? ['score'] : []),
      ...(diagnosis?.classes ? ['diagnosis'] : []),
    ],
    filesOf(row) {
      const id = String(row.case);
      const format = formatsOf(id);
      return structures.flatMap((structure) => [
        ...format.map((name) => labelFile(structure, id, name)),
        ...maskFormats(format).map((name) => `masks/${labelFile(structure, id, name)}`),
      ]);
    },
  });
  if (seen.length)
    console.error(
      `WARNING: ${seen.length} of ${dataset.length} images have the names of cases that the network was trained on (${someOf(seen)}): how well they are predicted says nothing of new images`,
    );
  const before = job.done;
  const progress = showProgress({ verb: 'predicted', total: dataset.length, done: before });
  const saving = sideBySide();
  try {
    for await (const one of job.todo.cases({ signal })) {
      const prediction = await predictCase(one.image, segmentation, diagnosis);
      const { id } = one;
      const as = { format: formatsOf(id), threshold, file: fileOf.get(id) ?? id };
      const kept = keep(job, one, prediction, diagnosis, as);
      await saving.add(kept.then(() => progress.to(job.done)));
    }
    await saving.end();
    if (flags.format?.includes('coco'))
      await gatherCoco(
        out,
        dataset.entries.flatMap(({ id }) => structures.map((structure) => labelFile(structure, id, 'coco'))),
      );
  } finally {
    await saving.settled();
    progress.end();
    for (const line of problemLines(await job.close(), out)) console.error(line);
  }
  if (job.done === 0) throw new UserError(`no image could be read; ${out}/problems.csv says why`);
  const there = before ? `, ${before} of them before` : '';
  console.log(
    `${job.done} of ${dataset.length} images predicted into ${out}${there}, in ${duration((performance.now() - start) / 1000)}`,
  );
}

/** Formats that keep where voxels lie, by what names of such files end in. */
const PLACED: readonly [RegExp, LabelFormat][] = [
  [/\.(?:nii|hdr|img)(?:\.gz)?$/i, 'nifti'],
  [/\.(?:nrrd|nhdr)$/i, 'nrrd'],
  [/\.(?:mha|mhd)$/i, 'mha'],
];

const formatOfFile = (file: string) => PLACED.find(([pattern]) => pattern.test(file))?.[1] ?? 'png';

/** Masks go into files of the same place, else into pictures. */
function maskFormats(format: readonly (LabelFormat | OutlineFormat)[]): LabelFormat[] {
  const placed = PLACED.map(([, name]) => name).filter((name) => format.includes(name));
  return placed.length ? placed : ['png'];
}

interface Networks {
  segmentation: NetworkFile;
  diagnosis?: NetworkFile;
  /** Ids of the cases that a run trained or validated them on. */
  trainedOn?: ReadonlySet<string>;
}

function disposeNetworks({ segmentation, diagnosis }: Networks): void {
  segmentation.model.dispose();
  diagnosis?.model.dispose();
}

async function loadNetworks(
  model: string,
  { diagnosis: given, engine, ...which }: PredictFlags,
): Promise<Networks> {
  if (given !== undefined && which.judge !== undefined)
    throw new UserError(
      '--judge names a diagnosis network of the run, --diagnosis one of its own: leave one out',
    );
  const found = await findModels(model, which);
  const path = given ?? found.diagnosis;
  await useBackend(engine && { prefer: engine });
  const { trainedOn } = found;
  const networks: Networks = {
    segmentation: await loadSegmentation(found.segmentation),
    ...(trainedOn && { trainedOn }),
  };
  if (path === undefined) return networks;
  try {
    networks.diagnosis = await loadDiagnosis(path);
    checkPair(networks.segmentation, networks.diagnosis);
    return networks;
  } catch (error) {
    disposeNetworks(networks);
    throw error;
  }
}

async function keep(
  job: CaseByCase,
  { id, image }: Case,
  { maps, score }: Prediction,
  diagnosis: NetworkFile | undefined,
  {
    format,
    threshold,
    file,
  }: { format: readonly (LabelFormat | OutlineFormat)[]; threshold: number; file: string },
): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  const areas: Record<string, number> = {};
  for (const [structure, map] of Object.entries(maps)) {
    const mask = map.map((probability) => Number(probability > threshold));
    for (const name of format)
      files[labelFile(structure, id, name)] = isOutline(name)
        ? encodeOutlines(map, image, name, { threshold, structure, file })
        : // A segmentation is what is inside, not how probable it is.
          await encodeLabel(name === 'dicom-seg' ? mask : map, image, name, 16, structure);
    for (const name of maskFormats(format))
      files[`masks/${labelFile(structure, id, name)}`] = await encodeLabel(mask, image, name, 8, structure);
    areas[`area ${structure}`] = mask.reduce((sum, value) => sum + value, 0);
  }
  const { width, height } = image;
  const said = score === undefined ? {} : { score, diagnosis: diagnosis?.classes?.[Number(score >= 0.5)] };
  await job.finish(files, [{ case: id, width, height, ...areas, ...said }]);
}
