"""The fraud sample against scikit-learn on the same features: `python tests/benchmarks/fraud.py [SEEDS]`.

The area under precision and recall of the validation rows, for each seed of points and weights. Asked for: that no
MLPClassifier is better by more than 0.02 on average.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
from sample_bars import average_precision, run
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.neural_network import MLPClassifier

from bpgui.project import build
from bpgui.project.samples import open_sample

LEAD = 0.02
RIVALS = {
    "logistic regression": lambda seed: LogisticRegression(max_iter=500),
    "MLPClassifier, as it comes": lambda seed: MLPClassifier(random_state=seed),
    "MLPClassifier, 32 and 16": lambda seed: MLPClassifier((32, 16), random_state=seed),
    "MLPClassifier, 32 and 16, 20 epochs": lambda seed: MLPClassifier(
        (32, 16), learning_rate_init=0.005, batch_size=256, max_iter=20, random_state=seed
    ),
}


def main() -> int:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    scores: dict[str, list[float]] = {"bpgui": [], **{name: [] for name in RIVALS}}
    for seed in range(seeds):
        result = run("fraud", seed)
        scores["bpgui"].append(result.score)
        print(f"seed {seed}: {'bpgui':36} {result.score:.4f}  {result.seconds:.1f} s", flush=True)
        data = build.dataset(*open_sample("fraud", seed=seed))
        for name, make in RIVALS.items():
            began = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rival = make(seed).fit(data.x[data.train], data.y[data.train][:, 0])
            outputs = rival.predict_proba(data.x[data.validation])[:, 1]
            scores[name].append(float(average_precision_score(data.y[data.validation][:, 0], outputs)))
            own = average_precision(outputs, data.y[data.validation][:, 0])
            assert abs(own - scores[name][-1]) < 1e-9
            print(f"seed {seed}: {name:36} {scores[name][-1]:.4f}  {time.perf_counter() - began:.1f} s", flush=True)
    for name, found in scores.items():
        print(f"mean   : {name:36} {np.mean(found):.4f}")
    best = max(float(np.mean(found)) for name, found in scores.items() if name != "bpgui")
    return int(best > float(np.mean(scores["bpgui"])) + LEAD)


if __name__ == "__main__":
    raise SystemExit(main())
