"""What the metrics of benchmarks/metrics.bench.ts cost in Python: prints medians of CPU time in ms as JSON."""

import json
import sys
import time

import numpy as np
from scipy import ndimage
from sklearn.metrics import roc_auc_score

n, side, rounds = (int(argument) for argument in sys.argv[1:4])
rng = np.random.default_rng(1)


def median(task):
    task()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return 1000 * sorted(times)[rounds // 2]


prediction = rng.random(n, dtype=np.float32)
reference = rng.random(n, dtype=np.float32)


def soft_dice():
    values = []
    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        p, r = prediction > threshold, reference > threshold
        values.append(2 * np.count_nonzero(p & r) / (np.count_nonzero(p) + np.count_nonzero(r)))
    return np.mean(values)


labels = (rng.random(n) < 0.5).astype(np.uint8)
scores = rng.random(n) + 0.3 * labels

z, y, x = np.mgrid[:side, :side, :side]
ball = lambda shift, radius: (z - side / 2) ** 2 + (y - side / 2 - shift) ** 2 + (x - side / 2) ** 2 < radius**2
a, b = ball(0, side / 4), ball(3, side / 4 + 2)


def hausdorff():
    surface = lambda mask: mask & ~ndimage.binary_erosion(mask)
    sa, sb = surface(a), surface(b)
    to = lambda mask: ndimage.distance_transform_edt(~mask, sampling=(2, 1, 1))
    return max(np.percentile(to(sb)[sa], 95), np.percentile(to(sa)[sb], 95))


print(
    json.dumps(
        {
            "softDice": median(soft_dice),
            "rocAuc": median(lambda: roc_auc_score(labels, scores)),
            "hausdorff": median(hausdorff),
        }
    )
)
