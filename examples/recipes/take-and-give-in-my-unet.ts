// Give and Take inside a U-Net of your own: two ordinary layers, put wherever two features of one picture meet.
import { useBackend } from '@diff/backend';
import { Give, Take } from '@diff/tg-model';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

await useBackend();
const conv = (x: tfl.SymbolicTensor, filters: number, strides = 1) =>
  tfl.layers
    .conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu' })
    .apply(x) as tfl.SymbolicTensor;

// What your diagnosis network knows of the picture at half its size, such as the output of its second block.
const knowledge = tfl.input({ shape: [16, 16, 12], name: 'knowledge' });

const image = tfl.input({ shape: [32, 32, 3], name: 'image' });
const fine = conv(image, 8);
const encoded = conv(fine, 16, 2);
const given = new Give({ heads: 2 }).apply([encoded, knowledge]) as tfl.SymbolicTensor; // the encoder asks
const decoded = conv(conv(encoded, 32, 2), 16);
const up = tfl.layers.upSampling2d({}).apply(decoded) as tfl.SymbolicTensor;
const taken = new Take({ heads: 2 }).apply([given, up]) as tfl.SymbolicTensor; // the diagnosis asks
const kept = tfl.layers.add().apply([up, taken]) as tfl.SymbolicTensor;
const back = tfl.layers.upSampling2d({}).apply(kept) as tfl.SymbolicTensor;
const joined = tfl.layers.concatenate().apply([back, fine]) as tfl.SymbolicTensor;
const mask = tfl.layers.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid' }).apply(joined);

const model = tfl.model({ inputs: [image, knowledge], outputs: mask as tfl.SymbolicTensor });
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });

const images = tf.randomUniform([8, 32, 32, 3], 0, 1, 'float32', 1);
const features = tf.randomNormal([8, 16, 16, 12], 0, 1, 'float32', 2);
const masks = tf.cast(tf.greater(tf.mean(images, 3, true), 0.5), 'float32');
const { history } = await model.fit([images, features], masks, { epochs: 5, shuffle: false, verbose: 0 });
const loss = history.loss as number[];
console.log(`${model.countParams()} weights, loss ${loss[0]!.toFixed(3)} -> ${loss.at(-1)!.toFixed(3)}`);
