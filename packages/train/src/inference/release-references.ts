import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Makes `model.dispose()` free layers that the model applies more than once: `tf.layers` counts a reference for each
 * time, and gives back a single one.
 */
export function releaseReferences(model: tfl.LayersModel): tfl.LayersModel {
  for (const layer of model.layers)
    for (let extra = layer.inboundNodes.length; extra > 1; extra--) layer.dispose();
  return model;
}
