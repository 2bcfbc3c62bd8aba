// ExpG alone: expertness maps that make any judge of yours diagnose right. A judge is a function of image ⊕ mask that
// TensorFlow.js can differentiate; this one calls a nodule ill that is taller than wide.
import { useBackend } from '@diff/backend';
import { diagnosisFirst, expG } from '@diff/fusion/df-gt';
import * as tf from '@tensorflow/tfjs-core';

await useBackend();
const size = 16;
const ellipse = (tall: number, wide: number) =>
  Uint8Array.from({ length: size * size }, (_, p) => {
    const [row, column] = [Math.floor(p / size) - 7.5, (p % size) - 7.5];
    return (row / tall) ** 2 + (column / wide) ** 2 < 1 ? 1 : 0;
  });
const spread = (along: tf.Tensor, places: tf.Tensor) =>
  tf.div(tf.sum(tf.mul(along, tf.square(places)), 1), tf.sum(along, 1));
const tallerThanWide = (input: tf.Tensor4D) => {
  const mask = tf.squeeze(tf.slice(input, [0, 0, 0, 1], [-1, -1, -1, 1]), [3]);
  const places = tf.sub(tf.range(0, size), 7.5);
  return tf.reshape(tf.sub(spread(tf.sum(mask, 2), places), spread(tf.sum(mask, 1), places)), [-1, 1]);
};

const { expertness, history } = await diagnosisFirst({
  id: 'a malignant nodule',
  image: { data: new Float32Array(size * size), height: size, width: size, channels: 1 },
  annotations: { nodule: { anna: ellipse(7, 4), ben: ellipse(4, 7), cleo: ellipse(5, 5) } },
  diagnosis: 1,
  network: tallerThanWide,
  expertness: expG(),
});

console.log(`objective ${history[0]!.toFixed(3)} -> ${history.at(-1)!.toFixed(3)}`);
const at = 3 * size + 7; // inside for anna alone
for (const [rater, map] of Object.entries(expertness))
  console.log(`${rater} has a weight of ${map[at]!.toFixed(2)} at the nodule's top`);
