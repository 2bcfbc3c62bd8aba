"""Writes src/fixtures/scikit-learn.json and peers.json: what peers say of data with many ties and of random masks.

    python3 packages/metrics/scripts/make-fixtures.py [peers]

needs numpy, scipy, scikit-learn, scikit-image and statsmodels. With `peers` it writes peers.json alone, in a second.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import ndimage, stats
from sklearn import metrics

FIXTURES = Path(__file__).resolve().parent.parent / "src" / "fixtures"


def diagnosis(rng, cases, levels, decimals):
    labels = rng.integers(0, 2, cases)
    labels[:2] = [0, 1]
    scores = np.clip(np.round((rng.integers(0, levels + 1, cases) / levels + 0.3 * labels) / 1.3, decimals), 0, 1)
    false, true, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "rocAuc": metrics.roc_auc_score(labels, scores),
        "averagePrecision": metrics.average_precision_score(labels, scores),
        "brier": metrics.brier_score_loss(labels, scores),
        "falsePositiveRate": false.tolist(),
        "truePositiveRate": true.tolist(),
        "thresholds": thresholds[1:].tolist(),
    }


def agreement(rng, cases, categories):
    first = rng.integers(0, categories, cases)
    second = np.where(rng.random(cases) < 0.6, first, rng.integers(0, categories, cases))
    kappa = {
        name: metrics.cohen_kappa_score(first, second, weights=None if name == "none" else name)
        for name in ("none", "linear", "quadratic")
    }
    return {"first": first.tolist(), "second": second.tolist(), "kappa": kappa}


def overlap(rng, values):
    reference = rng.integers(0, 2, values)
    prediction = np.where(rng.random(values) < 0.7, reference, 1 - reference)
    return {
        "prediction": prediction.tolist(),
        "reference": reference.tolist(),
        "dice": metrics.f1_score(reference, prediction),
        "jaccard": metrics.jaccard_score(reference, prediction),
        "sensitivity": metrics.recall_score(reference, prediction),
        "specificity": metrics.recall_score(1 - reference, 1 - prediction),
        "precision": metrics.precision_score(reference, prediction),
        "confusion": metrics.confusion_matrix(reference, prediction).tolist(),
    }


def distances(rng, shape, spacing):
    mask = rng.random(shape) < 0.05
    mask.flat[0] = True
    return {
        "shape": shape,
        "spacing": spacing,
        "mask": np.flatnonzero(mask).tolist(),
        "distance": np.round(ndimage.distance_transform_edt(~mask, sampling=spacing), 12).ravel().tolist(),
    }


def resampling(rng, cases):
    values = np.round(rng.lognormal(size=cases), 3)
    intervals = {
        method: list(
            stats.bootstrap((values,), np.mean, n_resamples=200_000, method=method, batch=1000, random_state=1)
            .confidence_interval
        )
        for method in ("percentile", "bca")
    }
    x, y = np.round(rng.exponential(2, 25), 3), np.round(rng.lognormal(0, 1, 15), 3)
    strata = stats.bootstrap(
        (x, y),
        lambda a, b, axis: np.mean(a, axis) - np.mean(b, axis),
        n_resamples=200_000, method="bca", batch=1000, random_state=1,
    )
    return {
        "values": values.tolist(),
        **intervals,
        "two": {"x": x.tolist(), "y": y.tolist(), "bca": list(strata.confidence_interval)},
    }


def kappas(rng, cases, categories):
    from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

    first = rng.integers(0, categories, cases)
    second = np.where(rng.random(cases) < 0.6, first, rng.integers(0, categories, cases))
    table = np.zeros((categories, categories))
    np.add.at(table, (first, second), 1)
    results = {
        "none": cohens_kappa(table),
        "linear": cohens_kappa(table, wt="linear"),
        "quadratic": cohens_kappa(table, wt="quadratic"),
    }
    counts = np.array([[np.sum((first[i], second[i]) == np.array(c)) for c in range(categories)] for i in range(cases)])
    return {
        "first": first.tolist(),
        "second": second.tolist(),
        "standardErrors": {name: float(result.std_kappa) for name, result in results.items()},
        "fleiss": float(fleiss_kappa(counts)),
    }


def ranked(rng, cases):
    labels = rng.integers(0, 2, cases)
    scores = np.round(rng.random(cases) + 0.3 * labels, 1)
    weights = np.round(rng.exponential(1, cases), 3)
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "weights": weights.tolist(),
        "weighted": metrics.roc_auc_score(labels, scores, sample_weight=weights),
        "partial": {str(m): metrics.roc_auc_score(labels, scores, max_fpr=m) for m in (0.05, 0.2, 0.5, 0.9)},
    }


def assignments(rng, rows, columns):
    from scipy.optimize import linear_sum_assignment

    cost = np.round(rng.random((rows, columns)), 3)
    at = linear_sum_assignment(cost)
    return {"cost": cost.tolist(), "total": float(cost[at].sum())}


def lines(rng, shape):
    from skimage.morphology import skeletonize

    mask = ndimage.gaussian_filter(rng.random(shape), 2) > 0.5
    outside = ndimage.label(mask, np.ones((3,) * len(shape)))[1]
    faces = ndimage.label(mask)[1]
    return {
        "shape": list(shape),
        "mask": np.flatnonzero(mask).tolist(),
        "corners": outside,
        "faces": faces,
        "skeleton": int(skeletonize(mask).sum()),
    }


def peers():
    rng = np.random.default_rng(1979)
    area = {
        "means": [0.0, 1.0, 2.0],
        "deviations": [1.0, 0.5, 2.0],
        "observed": [0.3, 2.0, -1.0],
    }
    from scipy.integrate import quad

    def crps(mean, deviation, y):
        below = quad(lambda x: stats.norm.cdf(x, mean, deviation) ** 2, -40, y, limit=500)[0]
        above = quad(lambda x: stats.norm.sf(x, mean, deviation) ** 2, y, 40, limit=500)[0]
        return below + above

    area["crps"] = [crps(*row) for row in zip(area["means"], area["deviations"], area["observed"])]
    return {
        "kappas": [kappas(rng, *size) for size in ((60, 2), (150, 5))],
        "ranked": [ranked(rng, size) for size in (40, 200)],
        "assignments": [assignments(rng, *size) for size in ((1, 1), (4, 4), (5, 9), (12, 12))],
        "lines": [lines(rng, shape) for shape in ((24, 31), (9, 11, 12))],
        "crps": area,
    }


(FIXTURES / "peers.json").write_text(json.dumps(peers()) + "\n")
if "peers" in sys.argv:
    sys.exit()

rng = np.random.default_rng(20220802)
fixtures = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "diagnosis": [diagnosis(rng, *size) for size in ((40, 4, 2), (150, 10, 2), (300, 100, 2), (60, 3000, 3))],
    "agreement": [agreement(rng, *size) for size in ((50, 2), (120, 5))],
    "overlap": overlap(rng, 200),
    "distances": [distances(rng, *grid) for grid in (([9, 14], [1, 1]), ([7, 8], [0.5, 1.7]), ([4, 5, 6], [3, 1, 0.8]))],
    "bootstrap": resampling(rng, 40),
    "normal": {
        "z": (z := [-3, -1.5, 0, 0.1, 1, 1.96, 2.999, 3.001, 5, 12]),
        "upperTail": stats.norm.sf(z).tolist(),
        "p": (p := [0.975, 0.6, 0.5, 0.1, 0.025, 0.0005, 1e-8]),
        "upperQuantile": stats.norm.isf(p).tolist(),
    },
}
(FIXTURES / "scikit-learn.json").write_text(json.dumps(fixtures) + "\n")
