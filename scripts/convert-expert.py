"""
Writes the policy in an .npz of a Stable Baselines3 PPO agent with VecNormalize as the JSON that the studio imports:
    python3 scripts/convert-expert.py bipedalwalker-ppo.npz resources/experts/bipedalwalker-ppo.json
    npx prettier --write resources/experts/bipedalwalker-ppo.json
Needs NumPy. The value network and the standard deviations of training's exploration are left out.
"""

import json
import sys

import numpy as np

source, target = sys.argv[1:]
arrays = np.load(source)


def numbers(array):
    """Each number in as few digits as give the same float again, of the array's own precision."""
    return [numbers(row) for row in array] if array.ndim else float(str(array[()]))


names = ["mlp_extractor.policy_net.0", "mlp_extractor.policy_net.2", "action_net"]
expert = {
    "origin": "RL Baselines3 Zoo, rl-trained-agents: PPO on BipedalWalker-v3",
    "license": "MIT",
    "observationMean": numbers(arrays["obs_mean"]),
    "observationVariance": numbers(arrays["obs_var"]),
    "varianceEpsilon": numbers(arrays["epsilon"]),
    "observationBound": numbers(arrays["clip_obs"]),
    "layers": [{key: numbers(arrays[f"{name}.{key}"]) for key in ("weight", "bias")} for name in names],
}
for layer, name in zip(expert["layers"], names):
    for key in ("weight", "bias"):
        assert np.array_equal(np.float32(layer[key]), arrays[f"{name}.{key}"]), f"{name}.{key} has changed"
with open(target, "w") as file:
    json.dump(expert, file)
