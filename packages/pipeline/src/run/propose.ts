import type { Config } from '../config/schema.js';
import { splitData, validationShare } from '../steps/split-data.js';
import type { Survey } from '../steps/survey-data.js';

/** One setting, and why it is proposed. */
export interface Proposal {
  /** `data.size`. */
  path: string;
  value: number;
  because: string;
}

/** Sides of images, the first that is large enough is taken. */
const SIZES = [64, 96, 128, 192, 256];
/** How many pixels the smallest structure should be wide. */
const ACROSS = 16;
/** Steps of gradient descent in which the networks learn on phantoms. */
const STEPS = { diagnosis: 360, segmentation: 270 };

/**
 * Settings that fit the data, but for those that are told: the size of images, batches, widths and epochs, and the validation part. They are functions of the
 * data alone, so that the same data get the same settings on every machine.
 *
 * - size: the smallest of 64, 96, 128, 192, 256 at which the smallest structure is 16 pixels wide, and no larger than the images;
 * - batch: 16, but no more than a quarter of the training cases;
 * - width: 8 below 300 training cases, 16 below 1,500, else 32; the decoder's filters 32, or twice the width;
 * - epochs: as many as make 360 steps (diagnosis) and 270 (segmentation), from 10 to 100.
 */
export function propose(
  config: Config,
  { dataset, side, outline }: Survey,
  isTold: (path: string) => boolean = () => false,
): Proposal[] {
  const whole = Math.min(
    ...splitData(dataset, { ...config, train: { ...config.train, validation: 0 } }).map(trainingOf),
  );
  const share = validationShare(config, whole);
  const cases = Math.min(
    ...splitData(dataset, { ...config, train: { ...config.train, validation: share } }).map(trainingOf),
  );
  const batch = Math.min(16, Math.max(2, Math.floor(cases / 4)));
  const ofCases = cases < 300 ? 8 : cases < 1500 ? 16 : 32;
  const told = (path: string, value: number, proposed: number) => (isTold(path) ? value : proposed);
  const epochs = (name: keyof typeof STEPS, batchSize: number) => {
    const perEpoch = Math.floor(cases / Math.min(batchSize, cases));
    return Math.min(100, Math.max(10, Math.ceil(STEPS[name] / perEpoch)));
  };
  const many = `${cases} training cases`;
  const proposals = [
    ...sizeFor(side, outline),
    // A published split may have a validation part of its own.
    ...(config.data.split === 'published'
      ? []
      : [{ path: 'train.validation', value: share, because: `${whole} training cases before it` }]),
    ...(['diagnosis', 'segmentation'] as const).flatMap((name): Proposal[] => {
      const width = told(`${name}.width`, config[name].width, ofCases);
      const batchSize = told(`${name}.batchSize`, config[name].batchSize, batch);
      return [
        { path: `${name}.width`, value: width, because: many },
        ...(name === 'segmentation'
          ? [{ path: 'segmentation.filters', value: Math.max(32, 2 * width), because: `a width of ${width}` }]
          : []),
        { path: `${name}.batchSize`, value: batch, because: many },
        {
          path: `${name}.epochs`,
          value: epochs(name, batchSize),
          because: `${STEPS[name]} steps of ${batchSize} cases`,
        },
      ];
    }),
  ];
  return proposals.filter(({ path }) => !isTold(path));
}

const trainingOf = ({ train }: { train: readonly string[] }) => train.length;

function sizeFor(side: number | undefined, outline: number | undefined): Proposal[] {
  if (side === undefined) return [];
  const small = Math.max(32, 16 * Math.floor(side / 16));
  const possible = SIZES.filter((size) => size <= side);
  const sizes = possible.length ? possible : [small];
  const value = sizes.find((size) => size * (outline ?? 0) >= ACROSS) ?? sizes.at(-1)!;
  const across =
    outline === undefined ? '' : `, on which the smallest structure is ${Math.round(outline * value)} wide`;
  return [{ path: 'data.size', value, because: `images of ${side} pixels${across}` }];
}
