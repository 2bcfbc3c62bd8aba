import { check, checkFunction, checkList, checkObject, checkString } from '@diff/checks';
import { checkLayerArgs } from '@diff/networks/layers';
import { type FrozenOutputs, freezeOutputs } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A model's graph without its weights, as its configuration holds it. */
interface Graph extends tf.serialization.ConfigDict {
  className: string;
  config: tf.serialization.ConfigDict;
}

/** What a model's `fromConfig` takes besides: custom layers, and whether to leave initial weights 0. */
type FromConfig = (cls: unknown, config: object, customObjects: object, fast: boolean) => tfl.LayersModel;

type Args = NonNullable<ConstructorParameters<typeof tfl.layers.Layer>[0]> & {
  graph: Graph;
  source?: tfl.LayersModel;
};

/**
 * A whole model as one layer that training leaves as it is: its weights are never updated, and its batch norms and
 * dropouts behave as at inference, whatever the rest does. (`trainable = false` alone lets the moving averages of a
 * batch norm drift.) Gradients with respect to its inputs go through, and cost no more than they must: see `freeze` of
 * `@diff/train`. It has a copy of the weights, and saves and loads them.
 */
export class Frozen extends tfl.layers.Layer {
  static className = 'FrozenModel';
  private readonly graph: Graph;
  private source?: tfl.LayersModel;
  private model?: tfl.LayersModel;
  /** The model compiled for speed, and which values of its weights that was made of. */
  private compiled?: { run: FrozenOutputs; from: object[] };

  constructor(options: Args) {
    checkObject('Frozen', 'options', options);
    const { graph, source, ...args } = options;
    super({ ...checkLayerArgs('Frozen', args), trainable: false });
    checkObject('Frozen', 'graph', graph, "a model's graph");
    if (source !== undefined) checkFunction('Frozen', 'source.getWeights', source?.getWeights);
    this.graph = graph;
    this.source = source;
  }

  override build(): void {
    const [cls, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[this.graph.className]!;
    // Made here, and not before, its weights bear this layer's name before their own, and so differ from an encoder's.
    this.model = (fromConfig as unknown as FromConfig)(cls, structuredClone(this.graph.config), {}, true);
    // Before it is frozen, since that changes the order of the weights.
    if (this.source) this.model.setWeights(this.source.getWeights());
    this.source = undefined;
    this.model.trainable = false;
    this.built = true;
  }

  override get trainableWeights(): tfl.LayerVariable[] {
    return [];
  }

  override set trainableWeights(_: tfl.LayerVariable[]) {}

  override get nonTrainableWeights(): tfl.LayerVariable[] {
    return this.model?.weights ?? [];
  }

  override set nonTrainableWeights(_: tfl.LayerVariable[]) {}

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return this.model!.computeOutputShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const outputs = this.run([inputs].flat());
      return outputs.length === 1 ? outputs[0]! : outputs;
    });
  }

  override dispose(): ReturnType<tfl.layers.Layer['dispose']> {
    this.compiled?.run.dispose();
    this.compiled = undefined;
    return super.dispose();
  }

  /** `freeze`d at the first call, and again where the weights have been set or loaded since. */
  private run(inputs: tf.Tensor[]): tf.Tensor[] {
    const now = this.model!.weights.map((weight) => weight.read().dataId);
    if (this.compiled?.from.some((id, i) => id !== now[i])) {
      this.compiled.run.dispose();
      this.compiled = undefined;
    }
    this.compiled ??= { run: freezeOutputs(this.model!), from: now };
    return this.compiled.run(inputs);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), graph: this.graph };
  }
}
tf.serialization.registerClass(Frozen);

const NAME = 'letters, digits and any of . _ - /, of which the first is a letter, a digit or a dot';

/** `model` as it is now, applied to `inputs`, as one layer called `name`: its outputs in their order. */
export function applyFrozen(
  model: tfl.LayersModel,
  inputs: tfl.SymbolicTensor[],
  name: string,
): tfl.SymbolicTensor[] {
  checkFunction('applyFrozen', 'model.getConfig', model?.getConfig);
  checkList('applyFrozen', 'inputs', inputs, 'an array of symbolic tensors', (place, input) =>
    check(input instanceof tfl.SymbolicTensor, 'applyFrozen', place, input, 'a symbolic tensor', 'other'),
  );
  checkString('applyFrozen', 'name', name);
  check(/^[\w.][\w.\\/-]*$/.test(name) && !name.startsWith('_'), 'applyFrozen', 'name', name, NAME, 'string');
  const graph = { className: model.getClassName(), config: model.getConfig() };
  const layer = new Frozen({ name, graph, source: model });
  const outputs = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as
    | tfl.SymbolicTensor
    | tfl.SymbolicTensor[];
  return [outputs].flat();
}
