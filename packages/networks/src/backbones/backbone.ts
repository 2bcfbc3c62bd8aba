import { check, checkInteger, checkOneOf, checkOptions, checkSeed } from '@diff/checks';

const depths = [18, 34, 50, 101] as const;
const stems = ['imagenet', 'cifar'] as const;

export type Depth = (typeof depths)[number];

/** The options that every network built on a ResNet takes. */
export interface Backbone {
  /** Default 18. The paper uses 50. */
  depth?: Depth;
  /** Channels after the stem; the stages have 1, 2, 4, 8 times as many (4 times that for depths 50 and 101). Default 64. */
  width?: number;
  /** `imagenet` (default): 7 × 7 with stride 2, then 3 × 3 max pooling with stride 2. `cifar`: 3 × 3, no pooling, as the paper's released code. */
  stem?: (typeof stems)[number];
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** The options that every network takes, whatever it is for. */
interface NetworkOptions extends Backbone {
  imageChannels?: number;
  structures?: number;
  size?: readonly [height: number, width: number];
}

export const backboneOptions = ['depth', 'width', 'stem', 'seed'] as const satisfies (keyof Backbone)[];

/**
 * The options of a network: names that it has, values in range.
 *
 * @param more What it takes besides; their values are left to it.
 * @throws TypeError, RangeError.
 */
export function checkNetwork(who: string, options: NetworkOptions, more: readonly string[] = []): void {
  checkOptions(who, options, [...backboneOptions, 'imageChannels', 'structures', 'size', ...more]);
  const { imageChannels = 3, structures = 1, size } = options;
  checkBackbone(who, options);
  checkInteger(who, 'imageChannels', imageChannels, 1);
  checkInteger(who, 'structures', structures, 1);
  checkSize(who, size);
}

export function checkBackbone(who: string, options: Backbone): void {
  const { depth = 18, width = 64, stem = 'imagenet', seed = 0 } = options;
  checkOneOf(who, 'depth', depth, depths);
  checkInteger(who, 'width', width, 1);
  checkOneOf(who, 'stem', stem, stems);
  checkSeed(who, seed);
}

/** Height and width, if given. */
export function checkSize(who: string, size: unknown): void {
  if (size === undefined) return;
  check(Array.isArray(size) && size.length === 2, who, 'size', size, '[height, width]', 'other');
  for (const axis of [0, 1]) checkInteger(who, `size[${axis}]`, size[axis], 1);
}
