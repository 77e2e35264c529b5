"""Writes the reference values for src/main/learning/statistics.ts (needs rliable, scipy and numpy; rliable 1.2 does not
work with pandas 3):

    python3 test/parity/make_statistics.py           write test/parity/golden/statistics.json
    python3 test/parity/make_statistics.py --check   compare a fresh computation with the file that is there

Interquartile means and their stratified bootstrap intervals by rliable (Agarwal et al. 2021), standard errors and rank
correlations by SciPy.
"""

import json
import sys
from pathlib import Path

import numpy as np
from rliable import library, metrics
from scipy import stats

GOLDEN = Path(__file__).parent / "golden" / "statistics.json"
REPETITIONS = 20_000


def scores(random: np.random.Generator, runs: int, tasks: int) -> np.ndarray:
    """`[runs, tasks]`: tasks differ in level and spread, and some runs fail altogether."""
    level = random.uniform(0, 3, tasks)
    values = level + random.gamma(2, 0.5, (runs, tasks)) * random.uniform(0.2, 1, tasks)
    return np.round(np.where(random.random((runs, tasks)) < 0.15, 0.05, values), 4)


def interval(values: np.ndarray, aggregate, confidence: float) -> dict:
    # rliable draws from the global generator, whatever it is passed.
    np.random.seed(0)
    estimates, bounds = library.get_interval_estimates(
        {"method": values},
        lambda x: np.array([aggregate(x)]),
        reps=REPETITIONS,
        confidence_interval_size=confidence,
    )
    lower, upper = bounds["method"][:, 0]
    return {"confidence": confidence, "estimate": estimates["method"][0], "lower": lower, "upper": upper}


def make() -> dict:
    random = np.random.default_rng(1)
    cases = []
    for runs, tasks, confidence in [(3, 2, 0.95), (5, 6, 0.95), (10, 5, 0.95), (5, 5, 0.8), (20, 1, 0.95)]:
        values = scores(random, runs, tasks)
        cases.append(
            {
                # By task, as TypeScript takes them.
                "scores": values.T.tolist(),
                "interquartileMean": interval(values, metrics.aggregate_iqm, confidence),
                "mean": interval(values, metrics.aggregate_mean, confidence),
                "standardError": stats.sem(values, axis=None),
            }
        )
    correlations = []
    for count, levels in [(4, 100), (30, 100), (30, 5), (200, 3)]:
        x = random.integers(0, levels, count)
        y = np.round(x * random.choice([-1, 1]) + random.normal(0, levels / 2, count))
        pairs = np.stack((x, y), 1)
        correlations.append({"pairs": pairs.tolist(), "rankCorrelation": stats.spearmanr(x, y).statistic})
    return {"cases": cases, "correlations": correlations}


if __name__ == "__main__":
    fresh = json.loads(json.dumps(make(), default=float))
    if "--check" not in sys.argv[1:]:
        GOLDEN.write_text(json.dumps(fresh, indent=2) + "\n")
        print("Written.")
    elif fresh == json.loads(GOLDEN.read_text()):
        print("The reference values agree.")
    else:
        raise SystemExit("The reference values differ from the file's.")
