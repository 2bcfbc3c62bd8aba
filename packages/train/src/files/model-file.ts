import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { releaseReferences } from '../inference/release-references.js';
import { homeOf } from './layer-homes.js';
import type { Weights } from './safetensors.js';
import { seal, unseal } from './sealed.js';

/** What made a model; any JSON value may be added. */
export interface ModelMeta {
  /** The options that the network was made with. */
  options?: unknown;
  /** The meaning of 0 and 1, or of each output. */
  classes?: readonly string[];
  /** The structures of the mask channels, in order. */
  structures?: readonly string[];
  /** Size, normalisation and whatever else must be done to an image first. */
  preprocessing?: unknown;
  /** What it was trained on. */
  data?: unknown;
  seed?: number;
  /** What it reached: metrics and their values. */
  metrics?: Readonly<Record<string, number>>;
  [key: string]: unknown;
}

/** A model, and what was saved with it. */
export interface LoadedModel {
  model: tfl.LayersModel;
  /** As saved, with the `versions` of TensorFlow.js and the engine that it was saved under. */
  meta: ModelMeta & { versions: Record<string, string> };
}

const format = '1';

/**
 * A model as the bytes of one file: a safetensors file (which Python reads too) of its weights, whose metadata hold
 * the model's topology, `meta`, versions and a SHA-256 of everything.
 *
 * @throws RangeError if two weights bear the same name, or `meta` has a `versions` of its own.
 */
export async function serializeModel(model: tfl.LayersModel, meta: ModelMeta = {}): Promise<Uint8Array> {
  if ('versions' in meta)
    throw new RangeError('serializeModel: meta.versions is filled in by the file itself');
  const tensors = new Map<string, Weights>();
  for (const weight of model.weights) {
    if (tensors.has(weight.originalName))
      throw new RangeError(`serializeModel: two weights are called ${weight.originalName}`);
    const data = (await weight.read().data()) as Float32Array;
    tensors.set(weight.originalName, { shape: weight.shape as number[], data });
  }
  const versions = {
    'tfjs-core': tf.version_core,
    'tfjs-layers': tfl.version_layers,
    engine: tf.getBackend(),
  };
  return seal({
    tensors,
    metadata: {
      format,
      topology: JSON.stringify(model.toJSON(null, false)),
      meta: JSON.stringify({ ...meta, versions }),
    },
  });
}

/**
 * The model that `serializeModel` stored.
 *
 * @param expected What the caller counts on, key by key of the meta: `{ classes: ['benign', 'malignant'] }`.
 * @param name What to call the file in an error.
 * @throws Error if the file is damaged, of another format, or differs from `expected`: it names what differs. Error for a layer
 * that nobody has registered: it names what to import, where the layer is of `@diff/networks` or `@diff/tg-model`. Error where
 * TensorFlow.js has no engine.
 */
export async function deserializeModel(
  bytes: Uint8Array,
  expected: Partial<ModelMeta> = {},
  name = 'the model file',
): Promise<LoadedModel> {
  const { tensors, metadata } = await unseal(bytes, name);
  if (metadata.format !== format || !metadata.topology || !metadata.meta)
    throw new Error(`${name} is no model file of format ${format}`);
  const meta = JSON.parse(metadata.meta) as LoadedModel['meta'];
  for (const [key, value] of Object.entries(expected))
    if (canonical(meta[key]) !== canonical(value))
      throw new Error(`${name}: ${key} is ${canonical(meta[key])}, expected ${canonical(value)}`);
  if (!hasEngine())
    throw new Error(
      `${name}: TensorFlow.js has no engine; start one first: await useBackend() of @diff/backend`,
    );
  const model = releaseReferences(await build(JSON.parse(metadata.topology), name));
  for (const weight of model.weights) {
    const stored = tensors.get(weight.originalName);
    if (!stored) {
      model.dispose();
      throw new Error(`${name} lacks the weight ${weight.originalName}`);
    }
    const value = tf.tensor(stored.data, stored.shape);
    weight.write(value);
    value.dispose();
  }
  return { model, meta };
}

/** Whether TensorFlow.js can compute: an engine runs, or one that was imported will be started when it is needed. */
export const hasEngine = (): boolean =>
  Boolean(tf.engine().backendName) || Object.keys(tf.engine().registryFactory).length > 0;

async function build(topology: object, name: string): Promise<tfl.LayersModel> {
  try {
    return await tfl.models.modelFromJSON(topology as never);
  } catch (error) {
    const layer = /Unknown layer: (\w+)/.exec((error as Error).message)?.[1];
    if (!layer) throw error;
    const home = homeOf(layer);
    const remedy = home ? `import '${home}' first` : 'import the package that defines it first';
    throw new Error(`${name}: the layer ${layer} is not registered; ${remedy}`, { cause: error });
  }
}

/** JSON with sorted keys, so that the order in which options were written does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner) =>
      inner && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'not given'
  );
}
