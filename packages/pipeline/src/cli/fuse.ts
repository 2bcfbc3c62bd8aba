import { type EngineName, useBackend } from '@diff/backend';
import { Command, Option } from 'commander';
import { type LabelFormat, labelFormats } from '../cases/encode-label.js';
import { isOutline, type OutlineFormat, outlineExtensions } from '../cases/encode-outlines.js';
import { fuseFolder } from '../cases/fuse-folder.js';
import { labelMapMethods } from '../cases/fuse-labels.js';
import {
  type DiagnosisFirstFlags,
  type Fusion,
  fusionByDiagnosis,
  fusionByExpertness,
  fusionByNetwork,
  fusionOfMasks,
} from '../cases/fusion.js';
import { type LearnFusionSettings, learnFusionDefaults } from '../cases/learn-fusion.js';
import { loadDiagnosis } from '../cases/models.js';
import { type FusionMethod, fusions, fusionsBy } from '../config/fusions.js';
import { engineNames } from '../config/schema.js';
import type { DataFlags } from '../data/open-data.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { showProgress } from '../terminal/progress.js';
import { problemLines } from '../terminal/say.js';
import { UserError } from '../user-error.js';
import { checkOut } from './check-out.js';
import { dataOptions, volumeOption } from './data-options.js';
import { filled, numberWithin, wholeNumber } from './option-values.js';

interface FuseFlags extends DataFlags, DiagnosisFirstFlags, Partial<LearnFusionSettings> {
  method: FusionMethod;
  out: string;
  format?: (LabelFormat | OutlineFormat)[];
  labelMap?: boolean;
  bits?: '8' | '16';
  threshold?: number;
  network?: string;
  expertness?: string;
  engine?: EngineName;
}

const HELP = `
Methods:
${fusions.map(({ name, says }) => `  ${name.padEnd(13)}${says.replaceAll('\n', `\n${' '.repeat(15)}`)}`).join('\n')}

Written to --out:
  <structure>/<case>.png | .tiff | .nii.gz | .nrrd | .mha | .dcm
                 the fused label. PNG has 256 steps (65536 with --bits 16), the others hold 32-bit floats, depth and
                 spacing, NIfTI, NRRD and MetaImage the affine too. A fused 0.5 is level 128 of a PNG.
                 A DICOM segmentation (dicom-seg) holds what is above 0.5, of images that say where they lie.
  labels/<case>  with --label-map, in place of these: the number of each pixel's label. Where labels tie it is
                 the largest number plus 1.
  <structure>/<case>.coco.json | .geojson
                 outlines along the edges of pixels, of what is above --threshold. GeoJSON opens in QuPath. COCO has
                 polygons, or RLE where there are holes; coco.json holds all cases.
  fusion.csv     one row per case and structure: its raters, area (sum of the label, in pixels), disagreement
                 (entropy of the raters' mean, bits per pixel), and what the method says of each rater
  raters.csv     aggnet, maxmig: each rater's sensitivity and specificity in the box around all masks, learned over all
                 cases, and expertness = (sensitivity + specificity - 1)+, divided by its sum
  aggnet.safetensors | maxmig.safetensors
                 the network that was learned; cases that come later are fused by it
  problems.csv   what was missing, unreadable or of another size
  settings.json  what made all this

Cases that are done are not done again: stop it with Ctrl-C, and the same command goes on. It goes by names; where
masks have changed since, give another folder. Memory does not grow with the number of cases, but for
aggnet and maxmig, which learn from all of them at --size.

Examples:
  # case1_anna.png, case1_ben.png, case2_anna.png, ... in one folder, without images
  $ diff-pipeline fuse masks --masks '{id}_{rater}.png' --method staple --out fused

  # masks by structure and rater, whether 1 or 255 is inside; labels as floats too
  $ diff-pipeline fuse data --masks 'masks/{structure}/{rater}/{id}.png' \\
      --method mean --format png tiff --out fused

  # one COCO file per rater, of which one label (LabelMe, CVAT, VIA, Label Studio, Supervisely, QuPath, ImageJ likewise)
  $ diff-pipeline fuse data --masks 'coco/{rater}.json' --class nodule --out fused

  # volumes of label maps, all labels at once; the result has the geometry of the input
  $ diff-pipeline fuse data --masks '{rater}/{id}.nii.gz' --volume --classes liver spleen --label-map --out fused

  # a published data set, by its layout
  $ diff-pipeline fuse data/lidc --method simple --out fused

  # a network and the raters' skill learned together
  $ diff-pipeline fuse data --images 'images/{id}.jpg' --masks 'masks/{rater}/{id}.png' --method aggnet --out fused

  # diagnosis-first
  $ diff-pipeline fuse data --images 'images/{id}.jpg' --masks 'masks/{rater}/{id}.png' --labels labels.csv \\
      --method df-gt --network diagnosis.safetensors --out fused

  # by what was learned from diagnosed cases
  $ diff-pipeline fuse new --masks '{id}_{rater}.png' --method learned --expertness learned --out fused
`;

export const fuseCommand = (): Command =>
  dataOptions(
    new Command('fuse')
      .description("fuse several raters' masks into one label for each case and structure")
      .argument('<folder>', 'masks: a published data set, or any folder with --masks', filled)
      .addOption(new Option('-m, --method <name>', 'how (below)').choices(fusionsBy()).default('staple'))
      .requiredOption('-o, --out <folder>', 'where labels go', filled)
      .addOption(
        new Option('--format <name...>', 'of the labels (default: png, of volumes nifti)').choices([
          ...labelFormats,
          ...Object.keys(outlineExtensions),
        ]),
      )
      .addOption(new Option('--bits <number>', 'of a PNG (default: 8)').choices(['8', '16']))
      .addOption(
        new Option(
          '--threshold <level>',
          'coco, geojson: inside is where the label is above it (default: 0.5)',
        ).argParser(numberWithin(0, 1)),
      ),
  )
    .addOption(volumeOption())
    .option('--label-map', 'with --classes: one map of all labels, by staple or majority over label maps')
    .option('--network <file>', 'df-gt: the diagnosis network, a model file', filled)
    .option('--expertness <file>', 'learned: the file that "learn-expertness" wrote, or its folder', filled)
    .addOption(new Option('--objective <name>', 'df-gt: what is minimised').choices(['bce', 'logit']))
    .addOption(new Option('--iterations <count>', 'df-gt: steps per case').argParser(wholeNumber(0)))
    .addOption(
      new Option('--batch-size <count>', 'df-gt: cases side by side (default: 16)').argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--size <pixels>',
        `aggnet, maxmig: side at which their network sees images, a multiple of 32 (default: ${learnFusionDefaults.size})`,
      ).argParser(wholeNumber(32)),
    )
    .addOption(
      new Option(
        '--width <channels>',
        `aggnet, maxmig: of their network (default: ${learnFusionDefaults.width})`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--steps <count>',
        `aggnet, maxmig: of training, 16 cases each (default: ${learnFusionDefaults.steps})`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(new Option('--seed <number>', 'aggnet, maxmig (default: 0)').argParser(wholeNumber(0)))
    .addOption(
      new Option(
        '--engine <name>',
        'all but those of masks alone: what computes; by default the best there is',
      ).choices(engineNames),
    )
    .addHelpText('after', HELP)
    .action((root: string, flags: FuseFlags) => interruptible((signal) => fuse(root, flags, signal)));

async function fuse(root: string, flags: FuseFlags, signal: AbortSignal): Promise<void> {
  checkTogether(flags);
  checkOut(flags.out, [root]);
  const { method, network: path, expertness, engine, labelMap } = flags;
  if (method === 'learned') {
    await useBackend(engine && { prefer: engine });
    return fuseWith(await fusionByExpertness(root, flags, expertness!, signal), root, flags, signal);
  }
  if (isByNetwork(method)) {
    await useBackend(engine && { prefer: engine });
    return fuseWith(await fusionByNetwork(root, flags, method, signal), root, flags, signal);
  }
  if (method !== 'df-gt')
    return fuseWith(await fusionOfMasks(root, flags, method, signal, { labelMap }), root, flags, signal);
  await useBackend(engine && { prefer: engine });
  const network = await loadDiagnosis(path!);
  try {
    await fuseWith(await fusionByDiagnosis(root, flags, network, signal), root, flags, signal);
  } finally {
    network.model.dispose();
  }
}

const networks = fusionsBy('network');
const isByNetwork = (method: FusionMethod): method is FusionMethod<'network'> =>
  (networks as string[]).includes(method);

/** The methods that an option belongs to, and whether they need it. */
const BELONGS = {
  network: { to: ['df-gt'], needed: true },
  expertness: { to: ['learned'], needed: true },
  objective: { to: ['df-gt'] },
  iterations: { to: ['df-gt'] },
  batchSize: { to: ['df-gt'] },
  size: { to: networks },
  width: { to: networks },
  steps: { to: networks },
  seed: { to: networks },
  engine: { to: [...networks, 'df-gt', 'learned'] },
} satisfies Partial<Record<keyof FuseFlags, { to: string[]; needed?: boolean }>>;

/** @throws UserError for options that mean nothing beside the others. */
function checkTogether(flags: FuseFlags): void {
  const { method, soft, structures, bits, threshold, volume, labelMap, classes, size } = flags;
  const format = formatOf(flags);
  const flat = format.find((name) => name === 'png' || isOutline(name));
  if (volume && flat)
    throw new UserError(`${flat} holds no volume: --format takes nifti, nrrd, mha, tiff and dicom-seg`);
  if (volume && !fusionsBy('masks').some((name) => name === method))
    throw new UserError(`${method} fuses planes, not volumes: leave --volume out`);
  if (labelMap && !classes) throw new UserError('--label-map goes with --classes, which names the labels');
  if (labelMap && !(labelMapMethods as readonly string[]).includes(method))
    throw new UserError(
      `--label-map goes with --method ${labelMapMethods.join(' or ')}; the method is ${method}`,
    );
  for (const [name, { to, needed }] of Object.entries<{ to: string[]; needed?: boolean }>(BELONGS)) {
    const given = flags[name as keyof FuseFlags] !== undefined;
    if (to.includes(method) ? given || !needed : !given) continue;
    const option = name === 'batchSize' ? '--batch-size' : `--${name}`;
    throw new UserError(
      needed
        ? `${option} goes with --method ${to[0]}, and ${to[0]} with it; the method is ${method}`
        : `${option} belongs to --method ${to.join(' and ')}; the method is ${method}`,
    );
  }
  if (structures && method === 'df-gt')
    throw new UserError('df-gt fuses the structures that its network judges: leave --structures out');
  if (structures && method === 'learned')
    throw new UserError('learned fuses the structures that were learned from: leave --structures out');
  if (soft && ['staple', 'simple', 'dawid-skene'].includes(method))
    throw new UserError(`${method} takes votes, inside or outside: leave --soft out`);
  if (size !== undefined && size % 32) throw new UserError(`--size is ${size}, expected a multiple of 32`);
  if (bits && !format.includes('png'))
    throw new UserError(`--bits belongs to --format png; the format is ${format.join(', ')}`);
  const outline = format.find(isOutline);
  if (threshold !== undefined && !outline)
    throw new UserError(
      `--threshold belongs to --format coco and geojson; the format is ${format.join(', ')}`,
    );
  if (outline && labelMap) throw new UserError(`${outline} outlines each label alone: leave --label-map out`);
}

const formatOf = ({ format, volume }: FuseFlags): (LabelFormat | OutlineFormat)[] =>
  format ?? [volume ? 'nifti' : 'png'];

async function fuseWith(fusion: Fusion, root: string, flags: FuseFlags, signal: AbortSignal): Promise<void> {
  const { method, out, bits, threshold } = flags;
  const format = formatOf(flags);
  const start = performance.now();
  let progress: ReturnType<typeof showProgress> | undefined;
  const { done, before, total, inside } = await fuseFolder(
    fusion,
    {
      ...{ root, flags, out, format, threshold, signal },
      bits: bits === '16' ? 16 : 8,
      onProgress(count, all, already, note) {
        progress ??= showProgress({ verb: 'fused', total: all, done: already });
        progress.to(count, note);
      },
    },
    (problems) => {
      progress?.end();
      for (const line of problemLines(problems, out)) console.error(line);
    },
  );
  if (done === 0) throw new UserError(`no case of ${root} could be fused; ${out}/problems.csv says why`);
  if (done > before && !inside)
    console.error(
      `every mask was empty${flags.above === undefined ? '' : `: inside is what is above ${flags.above}`}`,
    );
  const there = before ? `, ${before} of them before` : '';
  console.log(
    `${done} of ${total} cases fused by ${method} into ${out}${there}, in ${duration((performance.now() - start) / 1000)}`,
  );
}
