import type { EngineName } from '@diff/backend';
import { diagnosisNetworks, seesMask } from '@diff/networks/diagnosis';
// zod: one schema gives the type, the checks with a path to what is wrong, and the JSON Schema for editors.
import { z } from 'zod';
import { armLabels, armNetworks, fits } from './arms.js';
import { formNames } from './shared-forms.js';
import { type WorkKind, workKinds } from './work-kinds.js';

export const engineNames = [
  'node-gpu',
  'node',
  'webgpu',
  'wasm',
  'cpu',
] as const satisfies readonly EngineName[];

/** The networks that may judge; Baseline-Dia always does. */
const judges = diagnosisNetworks.map(({ name }) => name).filter((name) => name !== 'baselineDia');

/** Of ResNets. */
export const DEPTHS = [18, 34, 50, 101] as const;

/** Which share of the training cases is kept for validation, and from how many training cases on. */
export const VALIDATION = { share: 0.15, from: 100 } as const;

/** At which the sensitivity is told, where nobody chose others. */
export const SPECIFICITIES = [0.8, 0.9, 0.95];

const count = z.int().min(1);
const rate = z.number().positive().max(1);
const name = z.string().min(1);

const data = z
  .strictObject({
    root: z
      .string()
      .optional()
      .describe('A folder: a published data set, or your own by patterns. Without it, a phantom is drawn.'),
    images: name.optional().describe('Where images are in a folder of your own: images/{id}.{png,jpg}.'),
    masks: z
      .union([name, z.array(name).min(1)])
      .optional()
      .describe(
        'Where masks are: masks/{structure}/{rater}/{id}.png, or disc=disc/{id}_{rater}.png of each structure.',
      ),
    labels: name.optional().describe('A CSV or XLSX table of diagnoses, within the folder.'),
    patients: name.optional().describe('Its column of patients. Default: patient, where it has one.'),
    columns: z
      .strictObject({
        id: name.optional(),
        diagnosis: name.optional(),
        patient: name.optional(),
        split: name.optional(),
      })
      .optional()
      .describe('Its columns. Default: id and diagnosis, and patient and split where it has them.'),
    yes: z.array(name).optional().describe('Words in it that mean ill, beside 1.'),
    no: z.array(name).optional().describe('Words in it that mean healthy, beside 0.'),
    above: z.number().optional().describe('A pixel is inside where its level is above this.'),
    soft: z.boolean().optional().describe('Masks are degrees, not inside or outside.'),
    class: z
      .union([z.int().min(0), name])
      .optional()
      .describe('Of masks with several labels, the one that is inside; of outlines its name.'),
    classes: z
      .array(name)
      .min(1)
      .optional()
      .describe('Of masks with several labels, their names: disc and cup for 1 and 2, or disc=3 and cup=7.'),
    nan: z.literal('outside').optional().describe('NaN in files of floats is outside. Default: an error.'),
    resample: z
      .enum(['nearest', 'index'])
      .optional()
      .describe(
        'Masks that lie elsewhere than their image are resampled, or taken as stored. Default: refused.',
      ),
    slice: z.int().min(0).optional().describe('Of volumes, which slice to take, from 0.'),
    phantom: z
      .enum(['fundus', 'thyroid', 'skin', 'lung'])
      .default('fundus')
      .describe('What to draw where there is no root.'),
    cases: count
      .optional()
      .describe(
        'How many phantoms to draw (default 240), or the most cases to take of a folder (default: all).',
      ),
    prevalence: rate.default(0.5).describe('Share of ill phantoms.'),
    size: z.int().min(16).default(64).describe('Side, in pixels, to which images and masks are brought.'),
    slices: z
      .enum(['middle', 'all'])
      .default('middle')
      .describe('Of LIDC: the middle slice of each nodule, or every slice.'),
    structures: z.array(name).optional().describe('Default: all.'),
    raters: z.array(name).optional().describe('Default: all.'),
    anonymous: z
      .boolean()
      .optional()
      .describe(
        'Raters are not the same persons from case to case, as the readers of LIDC: a rater is a rank, the masks of each structure of a case sorted by area, the smallest first. Default: false.',
      ),
    fewestRaters: count
      .optional()
      .describe(
        'How many raters must have outlined each structure of a case, for the case to be used. Default: 1.',
      ),
    outlined: count
      .optional()
      .describe(
        'How many of the training cases keep their outlines, drawn by lot; the others are left with their diagnosis, from which a guide by image learns. Default: all.',
      ),
    test: z
      .number()
      .positive()
      .lt(1)
      .default(0.4)
      .describe('Share of the patients to test on, where there are no folds.'),
    split: z
      .enum(['drawn', 'published'])
      .optional()
      .describe(
        'published: as the data say themselves, by table or folder: their train, their test, and their validation, where there is one, for validation. Default: drawn, as test or folds say.',
      ),
    folds: z.int().min(2).optional().describe('Cross-validation over patients, in place of random splits.'),
  })
  .prefault({});

const diagnosis = z
  .strictObject({
    width: count.default(8).describe('Channels of the ResNet after its stem.'),
    depth: z.literal(DEPTHS).default(18),
    epochs: count.default(40),
    batchSize: count.default(16),
    learningRate: rate.default(3e-3),
    judges: z
      .array(z.enum(judges))
      .default(['dlCat', 'noMask'])
      .describe(
        'Networks that judge beside Baseline-Dia. No label was fitted to them. noMask sees the image alone, so that one sees what masks add.',
      ),
  })
  .prefault({});

const train = z
  .strictObject({
    validation: z
      .number()
      .min(0)
      .max(0.5)
      .optional()
      .describe(
        `Share of the training patients kept for validation: each network ends with the weights of the epoch whose loss on them was lowest. 0: none. Default: ${VALIDATION.share} where there are ${VALIDATION.from} training cases or more, else 0.`,
      ),
    patience: count
      .default(10)
      .describe('Epochs without a lower validation loss after which a training stops.'),
    schedule: z
      .enum(['cosine', 'constant'])
      .optional()
      .describe('Of the learning rate. Default: cosine, after a tenth of the steps to warm up.'),
  })
  .prefault({});

const fusion = z
  .strictObject({
    expertness: z.enum(['expG', 'fourier', 'pixels', 'transformRobust']).default('expG'),
    objective: z.enum(['bce', 'logit']).default('bce'),
    iterations: count.default(40),
    learningRate: rate.optional().describe('Default: what the parametrisation asks for.'),
    batchSize: count.default(16).describe('Cases fitted side by side.'),
  })
  .prefault({});

const shared = z
  .strictObject({
    by: z
      .enum(formNames)
      .default('rater')
      .describe('What has a weight of its own: a rater, a rater in a structure, or a rater at a place.'),
    judge: z
      .enum(diagnosisNetworks.map(({ name }) => name).filter(seesMask))
      .default('dlCat')
      .describe(
        'The diagnosis network that weights are fitted to: one per fold, trained on the other folds.',
      ),
    folds: z
      .int()
      .min(2)
      .default(3)
      .describe('Parts of the training patients, at most as many as are ill or healthy.'),
    size: z
      .int()
      .min(16)
      .default(32)
      .describe('Side, in pixels, to which cases are brought for these judges, at most.'),
    steps: count.default(160).describe('Training steps of each of these judges, of 16 cases.'),
    iterations: count.default(60).describe('Steps of each fit of the weights, of 16 cases.'),
    resamples: z
      .int()
      .min(0)
      .default(20)
      .describe('Resamples of the training patients for the intervals of the weights. 0: no intervals.'),
  })
  .prefault({});

const segmentation = z
  .strictObject({
    width: count.default(8).describe('Channels of the encoder, a ResNet, after its stem.'),
    depth: z.literal(DEPTHS).default(18),
    filters: count.default(32).describe('Channels of the decoder.'),
    heads: count.default(4),
    blocks: z
      .array(z.enum(['B1', 'B2', 'B3', 'B4']))
      .default(['B1', 'B2', 'B3'])
      .describe('Levels that Take and Give connect.'),
    variant: z
      .enum(['paper', 'released', 'balanced'])
      .default('balanced')
      .describe(
        'Form of Take and Give. balanced: the paper’s with layer norms and a residual, which works best; paper and released are kept to the letter.',
      ),
    residual: z
      .boolean()
      .default(false)
      .describe("Add the decoder's feature to what Take gives, as the variant balanced always does."),
    guide: z
      .enum(['mask', 'image'])
      .default('mask')
      .describe(
        'What guides T&G. mask: Baseline-Dia, which sees image and mask, as in the paper. image: a network that sees the image alone and learns from every diagnosed training case, outlined or not.',
      ),
    loss: z
      .enum(['bce', 'bce+dice'])
      .default('bce+dice')
      .describe(
        'bce: the paper’s Equation 1. With soft Dice beside it, small structures are learned in fewer steps.',
      ),
    epochs: count.default(30),
    batchSize: count.default(16),
    learningRate: rate.default(3e-3),
    arms: z
      .array(
        z
          .strictObject({
            network: z
              .enum(armNetworks)
              .describe(
                'T&G, Baseline-Seg, or any network of @diff/networks/segmentation and …/multi-rater.',
              ),
            label: z
              .enum(armLabels)
              .describe(
                'A fused label; randomRater, one drawn for each image and step; raters, all of them, for multi-rater networks.',
              ),
          })
          .refine(fits, 'raters as the label of a multi-rater network, and of no other'),
      )
      .min(1)
      .default([
        { network: 'T&G', label: 'DF-GT' },
        { network: 'Baseline-Seg', label: 'DF-GT' },
        { network: 'Baseline-Seg', label: 'MV' },
      ])
      .describe(
        'What is trained on what. The first is compared with each of the others: by default with another network on the same label, and on another label.',
      ),
  })
  .prefault({});

const kindEngines = Object.fromEntries(
  workKinds.map((kind) => [kind, z.enum(engineNames).optional()]),
) as Record<WorkKind, z.ZodOptional<z.ZodEnum<{ [name in EngineName]: name }>>>;

/** Everything that decides a run's results. */
export const configSchema = z.strictObject({
  seed: z.int().min(0).default(0),
  rounds: count
    .default(1)
    .describe(
      'How often everything is done, each time with other seeds and another split. With folds: set by them.',
    ),
  engine: z
    .enum(engineNames)
    .optional()
    .describe(
      'Default: wasm for networks up to a width of 16 on images up to 64 × 64, else the best that is there.',
    ),
  engines: z
    .strictObject(kindEngines)
    .optional()
    .describe('Engines of some kinds of jobs, in the place of engine: { arm: node-gpu, fuse: wasm }.'),
  data,
  train,
  diagnosis,
  fusion,
  shared,
  segmentation,
  report: z
    .strictObject({
      cases: count.default(6).describe('Cases in the contact sheet.'),
      browse: z
        .int()
        .min(0)
        .default(120)
        .describe('Test cases of the first round that the report can be searched through, at most.'),
      specificities: z
        .array(z.number().min(0).max(1))
        .min(1)
        .default(SPECIFICITIES)
        .describe('At which the sensitivity of the diagnosis is told.'),
    })
    .prefault({}),
});

/** All settings of a run. */
export type Config = z.output<typeof configSchema>;
/** A segmentation network and the label that it learns: one arm of the comparison. */
export type Arm = Config['segmentation']['arms'][number];

export { armName } from './arm-name.js';
