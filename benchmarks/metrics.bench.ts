import * as metrics from '@diff/metrics';
import { delong, delongTest, dice, hausdorff95, rocAuc, softDice } from '@diff/metrics';
import { pythonWith, type Row, runPeer, type Suite, tabulate } from './harness.js';

const n = 1e6;
const side = 128;

/** What a Dice coefficient costs at the least: one threshold, no checks, no branch that could be mispredicted. */
function plainDice(prediction: ArrayLike<number>, reference: ArrayLike<number>): number {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < prediction.length; i++) {
    const p = +(prediction[i]! > 0.5);
    const r = +(reference[i]! > 0.5);
    both += p & r;
    sum += p + r;
  }
  return (2 * both) / sum;
}

/** A loop of its own for each kind of array, compiled for that kind alone. */
const plainLoop = (kind: string): typeof plainDice => new Function(`return ${plainDice} // ${kind}`)();

/**
 * CPU time of each task (user and system, garbage collection included), the median over rounds that run all
 * of them in turn: beside other work, wall time grows for long tasks and hardly for those of a few milliseconds.
 */
function compare(tasks: Record<string, () => unknown>, rounds: number, warmups = 3): Row[] {
  const samples = Object.values(tasks).map((): number[] => []);
  for (let round = -warmups; round < rounds; round++) {
    Object.values(tasks).forEach((task, i) => {
      const before = process.cpuUsage();
      task();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) samples[i]!.push((user + system) / 1000);
    });
  }
  const medians = samples.map((values) => values.sort((a, b) => a - b)[rounds >> 1]!);
  return Object.keys(tasks).map((name, i) => ({
    name,
    milliseconds: medians[i]!,
    ratio: medians[i]! / medians[0]!,
  }));
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function ball(shift: number, radius: number, edge = side): Uint8Array {
  const at = (i: number, axis: number) => (Math.floor(i / edge ** (2 - axis)) % edge) - edge / 2;
  return new Uint8Array(edge ** 3).map((_, i) =>
    Number(Math.hypot(at(i, 0), at(i, 1) - shift, at(i, 2)) < radius),
  );
}

const suite: Suite = async (report) => {
  const uniform = random(1);
  const draw = <T>(Kind: { from(source: { length: number }, map: () => number): T }, value = uniform) =>
    Kind.from({ length: n }, value);
  const bit = () => Math.round(uniform());
  const python = pythonWith('sklearn', 'scipy');
  const peer =
    python && runPeer<Record<'softDice' | 'rocAuc' | 'hausdorff', number>>(python, 'metrics.py', n, side, 9);
  const beside = (rows: Row[], name: string, task: 'softDice' | 'rocAuc' | 'hausdorff') =>
    peer ? [...rows, { name, milliseconds: peer[task], ratio: peer[task] / rows[0]!.milliseconds }] : rows;

  report.heading('Soft Dice of five thresholds beside one plain Dice, 10⁶ values');
  report.note(
    `CPU time everywhere, in Python too, where all of these run on one thread. Random values in [0, 1). The plain ` +
      `loop counts at one threshold and checks nothing; the package's functions refuse what is not finite.`,
  );
  if (!python) report.absent(['scikit-learn and SciPy: no Python that imports them']);
  const kinds: [string, ArrayLike<number>, ArrayLike<number>][] = [
    ['Float32Array both', draw(Float32Array), draw(Float32Array)],
    ['Float32Array and a Uint8Array of 0 and 1', draw(Float32Array), draw(Uint8Array, bit)],
    ['Float64Array both', draw(Float64Array), draw(Float64Array)],
    ['plain arrays', Array.from(draw(Float64Array)), Array.from(draw(Float64Array))],
  ];
  for (const [kind, prediction, reference] of kinds) {
    const loop = plainLoop(kind);
    const rows = compare(
      {
        'a plain loop, one threshold': () => loop(prediction, reference),
        softDice: () => softDice(prediction, reference),
        dice: () => dice(prediction, reference),
      },
      101,
    );
    tabulate(
      report,
      kind.startsWith('Float32Array both') ? beside(rows, 'NumPy, five thresholds', 'softDice') : rows,
      kind,
    );
  }

  report.heading('Area under the ROC curve, 10⁶ cases');
  const labels = draw(Uint8Array, bit);
  const scores = Float64Array.from(labels, (label) => uniform() + 0.3 * label);
  const others = Float64Array.from(labels, (label) => uniform() + 0.2 * label);
  const rows = compare(
    {
      'Float64Array.prototype.sort of the scores': () => scores.slice().sort(),
      rocAuc: () => rocAuc(labels, scores),
      delong: () => delong(labels, scores),
      'delongTest, two scores': () => delongTest(labels, scores, others),
    },
    11,
  );
  tabulate(report, beside(rows, 'scikit-learn roc_auc_score', 'rocAuc'));

  report.heading(`95 % Hausdorff distance, ${side}³ voxels, two balls`);
  const [a, b] = [ball(0, side / 4), ball(3, side / 4 + 2)];
  const options = { shape: [side, side, side], spacing: [2, 1, 1] };
  const distances = compare({ hausdorff95: () => hausdorff95(a, b, options) }, 11);
  tabulate(report, beside(distances, 'SciPy, erosion and exact distance transform', 'hausdorff'));

  report.heading(`Every other metric beside a plain pass over the same data, two balls in ${side}³ voxels`);
  report.note(
    'The plain pass is the loop for one Dice coefficient. Metrics of several masks get two on either side.',
  );
  const masks = { shape: [side, side, side] };
  const sets = [
    [a, b],
    [b, a],
  ] as const;
  const plainPass = plainLoop('volumes');
  tabulate(
    report,
    compare(
      {
        'a plain pass': () => plainPass(a, b),
        'dice, labels 0 and 1': () => dice(a, b, { labels: [0, 1] }),
        probabilisticDice: () => metrics.probabilisticDice(a, b),
        volumeSimilarity: () => metrics.volumeSimilarity(a, b),
        relativeVolumeDifference: () => metrics.relativeVolumeDifference(a, b),
        'diceAccumulator, labels 0 and 1': () => metrics.diceAccumulator({ labels: [0, 1] }).update(a, b),
        'confusionAccumulator, labels 0 and 1': () =>
          metrics.confusionAccumulator({ labels: [0, 1] }).update(a, b),
        instanceScores: () => metrics.instanceScores(a, b, masks),
        surfaceDice: () => metrics.surfaceDice(a, b, { ...masks, tolerance: 1 }),
        areaSurfaceDice: () => metrics.areaSurfaceDice(a, b, { ...masks, tolerance: 1 }),
        boundaryIou: () => metrics.boundaryIou(a, b, { ...masks, distance: 2 }),
        clDice: () => metrics.clDice(a, b, masks),
        'diceMax, 2 × 2 masks': () => metrics.diceMax(...sets),
        'diceMatch, 2 × 2 masks': () => metrics.diceMatch(...sets),
        'hungarianIou, 2 × 2 masks': () => metrics.hungarianIou(...sets),
        'generalizedEnergyDistance, 2 × 2 masks': () => metrics.generalizedEnergyDistance(...sets),
      },
      3,
      1,
    ),
  );

  report.heading('Metrics of scores and ratings beside a plain pass, 10⁵ cases');
  const some = {
    labels: labels.subarray(0, 1e5),
    scores: scores.subarray(0, 1e5),
    weights: others.subarray(0, 1e5),
  };
  const rated = [0, 1, 2].map((k) =>
    Array.from(some.scores, (score) => Math.floor(((score * (7 + k)) % 1) * 5)),
  );
  tabulate(
    report,
    compare(
      {
        'a plain pass': () => plainPass(some.labels, some.scores),
        weightedAuc: () => metrics.weightedAuc(some.labels, some.scores, some.weights),
        partialAuc: () => metrics.partialAuc(some.labels, some.scores, { maximum: 0.1 }),
        'crps, 3 members': () => metrics.crps(rated, some.scores),
        crpsNormal: () => metrics.crpsNormal(some.scores, some.weights, some.labels),
        cohenKappaInterval: () => metrics.cohenKappaInterval(rated[0]!, rated[1]!),
        fleissKappaInterval: () => metrics.fleissKappaInterval(rated),
        gwetAcInterval: () => metrics.gwetAcInterval(rated),
        'krippendorffAlphaInterval, interval': () =>
          metrics.krippendorffAlphaInterval(rated, { metric: 'interval' }),
        icc: () => metrics.icc(rated),
      },
      5,
    ),
  );

  report.heading('256³ voxels, once each, with the memory of the process at its peak');
  const edge = 256;
  const large = [ball(0, 60, edge), ball(3, 62, edge)] as const;
  const volume = { shape: [edge, edge, edge], spacing: [2, 1, 1] };
  const rows256 = Object.entries({
    dice: () => dice(...large),
    hausdorff95: () => hausdorff95(...large, volume),
    surfaceDice: () => metrics.surfaceDice(...large, { ...volume, tolerance: 1 }),
    areaSurfaceDice: () => metrics.areaSurfaceDice(...large, { ...volume, tolerance: 1 }),
    boundaryIou: () => metrics.boundaryIou(...large, { ...volume, distance: 3 }),
    instanceScores: () => metrics.instanceScores(...large, { shape: volume.shape }),
    distanceTransform: () => metrics.distanceTransform(large[0], volume),
  }).map(([name, run]) => {
    const before = performance.now();
    run();
    const seconds = ((performance.now() - before) / 1000).toFixed(2);
    return [name, seconds, Math.round(process.resourceUsage().maxRSS / 1024)];
  });
  report.note(
    'Memory only grows down the table: it is the peak of the process so far, the volumes included.',
  );
  report.table(['metric', 's', 'peak so far, MiB'], rows256);
};

export default suite;
