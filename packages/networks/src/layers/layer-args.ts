import { checkOptions } from '@diff/checks';

/** What tf.layers' own layers take, and what it adds when a model is loaded. */
const ofEveryLayer = [
  'name',
  'trainable',
  'dtype',
  'weights',
  'batchInputShape',
  'inputShape',
  'batchSize',
  'inputDType',
  'customObjects',
];

/** The arguments of a layer; refuses those that are neither its own nor tf.layers'. */
export function checkLayerArgs<T>(who: string, args: T, own: readonly string[] = []): T {
  checkOptions(who, args, [...own, ...ofEveryLayer]);
  return args;
}
