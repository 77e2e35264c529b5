"""Walks Gymnasium's own BipedalWalker for src/main/environments/bipedal-walker (needs gymnasium[box2d] and numpy):

    python3 test/parity/bipedal_walker.py walks           write test/parity/golden/bipedal-walker.json
    python3 test/parity/bipedal_walker.py walks --check   compare fresh walks with the file that is there
    python3 test/parity/bipedal_walker.py episodes 50     print courses and the returns of the agent on them

A walk is a course, the first actions of the agent with noise, and the states `[steps + 1, 24]` and rewards that they
lead to.
"""

import json
import sys
from pathlib import Path

import gymnasium
import numpy as np

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "bipedal-walker.json"
AGENT = json.loads((HERE / "../../resources/experts/bipedalwalker-ppo.json").read_text())
STEPS = 100


class RecordedPush:
    """The environment's random numbers, of which the last one drawn in a reset pushes the hull."""

    def __init__(self, seed: int):
        self.generator = np.random.default_rng(seed)
        self.last = 0.0

    def uniform(self, low: float, high: float) -> float:
        self.last = float(self.generator.uniform(low, high))
        return self.last

    def __getattr__(self, name: str):
        return getattr(self.generator, name)


def begin(seed: int, hardcore: bool):
    """A new environment, its first state and its course, as src/main/environments/bipedal-walker/course.ts has it."""
    environment = gymnasium.make("BipedalWalkerHardcore-v3" if hardcore else "BipedalWalker-v3")
    walker = environment.unwrapped
    walker.np_random = random = RecordedPush(seed)
    state, _ = environment.reset()
    shapes = [body.fixtures[0].shape.vertices for body in reversed(walker.terrain)]
    blocks = [
        {
            "left": min(x for x, _ in corners),
            "bottom": min(y for _, y in corners),
            "right": max(x for x, _ in corners),
            "top": max(y for _, y in corners),
        }
        for corners in shapes
        if len(corners) == 4
    ]
    heights = [float(height) for height in walker.terrain_y]
    return environment, state, {"heights": heights, "blocks": blocks, "clouds": [], "push": random.last}


def agent(state: np.ndarray) -> np.ndarray:
    deviation = np.sqrt(np.array(AGENT["observationVariance"]) + AGENT["varianceEpsilon"])
    bound = AGENT["observationBound"]
    values = np.clip((state - AGENT["observationMean"]) / deviation, -bound, bound)
    for layer in AGENT["layers"]:
        values = np.array(layer["weight"]) @ values + layer["bias"]
        if layer is not AGENT["layers"][-1]:
            values = np.tanh(values)
    return np.clip(values, -1, 1).astype(np.float32)


def walk(seed: int, hardcore: bool) -> dict:
    environment, state, course = begin(seed, hardcore)
    random = np.random.default_rng(seed)
    walked = {"hardcore": hardcore, "course": course, "actions": [], "states": [state], "rewards": []}
    for _ in range(STEPS):
        action = np.round(np.clip(agent(state) + random.normal(0, 0.1, 4), -1, 1), 3).astype(np.float32)
        state, reward, terminated, _, _ = environment.step(action)
        walked["actions"].append(action)
        walked["states"].append(state)
        walked["rewards"].append(reward)
        if terminated:
            raise SystemExit(f"The walker of seed {seed} fell: choose another seed.")
    return walked


def episode(seed: int) -> dict:
    environment, state, course = begin(seed, hardcore=False)
    total, ended = 0.0, False
    while not ended:
        state, reward, terminated, truncated, _ = environment.step(agent(state))
        total += float(reward)
        ended = terminated or truncated
    return {"course": course, "return": total}


def compact(value):
    """Numbers of seven significant digits, in lists."""
    if isinstance(value, dict):
        return {key: compact(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [compact(entry) for entry in value]
    return value if isinstance(value, (bool, int)) else float(f"{value:.7g}")


def main(what: str, option: str = "") -> None:
    if what == "episodes":
        print(json.dumps([compact(episode(seed)) for seed in range(int(option))]))
        return
    walks = [compact(walk(seed, hardcore)) for seed, hardcore in ((0, False), (1, True))]
    if option != "--check":
        GOLDEN.write_text(json.dumps(walks, separators=(",", ":")) + "\n")
        return
    for fresh, kept in zip(walks, json.loads(GOLDEN.read_text()), strict=True):
        for key in ("states", "rewards"):
            np.testing.assert_allclose(fresh[key], kept[key], atol=2e-3, err_msg=key)
    print("The walks agree.")


if __name__ == "__main__":
    main(*sys.argv[1:])
