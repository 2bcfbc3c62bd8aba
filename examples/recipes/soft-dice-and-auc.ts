// How good is a prediction? Soft Dice as in the paper for the outline, AUC for the diagnosis, both with intervals.
import { bootstrap, delong, delongTest, softDice } from '@diff/metrics';

// Forty cases: what a network predicts of a line of 20 pixels, and the share of raters who marked each.
const cases = Array.from({ length: 40 }, (_, i) => {
  const edge = 6 + (i % 5);
  return {
    predicted: Float32Array.from({ length: 20 }, (_, x) => 1 / (1 + Math.exp(x - edge - Math.sin(i)))),
    voted: Float32Array.from({ length: 20 }, (_, x) => Math.min(1, Math.max(0, (edge + 2 - x) / 4))),
    ill: i % 2,
    score: (i % 2) + 1.5 * Math.sin(7 * i), // of one diagnosis network
    rival: (i % 2) + 3 * Math.sin(3 * i + 1), // of another
  };
});

const dice = cases.map(({ predicted, voted }) => softDice(predicted, voted));
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const { estimate, interval } = bootstrap([dice], mean, { seed: 1 });
console.log(`soft Dice ${estimate.toFixed(3)} [${interval.map((bound) => bound.toFixed(3)).join(', ')}]`);

const labels = cases.map(({ ill }) => ill);
const scores = cases.map(({ score }) => score);
const rivals = cases.map(({ rival }) => rival);
const one = delong(labels, scores);
console.log(`AUC ${one.auc.toFixed(3)} [${one.interval.map((bound) => bound.toFixed(3)).join(', ')}]`);

const { difference, p } = delongTest(labels, scores, rivals);
console.log(`better than the rival by ${difference.toFixed(3)}, p = ${p.toFixed(3)}`);
