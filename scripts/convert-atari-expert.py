"""
Writes the policy in an .npz of a baby-a3c agent as the JSON that the studio imports, in TensorFlow's layouts:
    python3 scripts/convert-atari-expert.py atari-breakout-a3c.npz resources/experts/atari-breakout.json
    npx prettier --write resources/experts/atari-breakout.json
Needs NumPy. Numbers are rounded to half precision, as base64; the value network is left out.
"""

import base64
import json
import sys

import numpy as np

source, target = sys.argv[1:]
arrays = np.load(source)

tensors = {}
for layer in range(4):
    # [out, in, height, width] -> [height, width, in, out]
    tensors[f"convolution/{layer}/filter"] = arrays[f"conv{layer + 1}.weight"].transpose(2, 3, 1, 0)
    tensors[f"convolution/{layer}/bias"] = arrays[f"conv{layer + 1}.bias"]
# The last images [32, 5, 5] were flattened channels first; here they are [5, 5, 32].
inputs = arrays["gru.weight_ih"].reshape(-1, 32, 5, 5).transpose(2, 3, 1, 0).reshape(800, -1)
tensors["gru/input/weight"], tensors["gru/input/bias"] = inputs, arrays["gru.bias_ih"]
tensors["gru/hidden/weight"], tensors["gru/hidden/bias"] = arrays["gru.weight_hh"].T, arrays["gru.bias_hh"]
tensors["actor/weight"], tensors["actor/bias"] = arrays["actor_linear.weight"].T, arrays["actor_linear.bias"]


def half(array):
    rounded = np.ascontiguousarray(array, "<f2")
    assert np.isfinite(rounded).all()
    return {"shape": list(array.shape), "data": base64.b64encode(rounded.tobytes()).decode()}


expert = {
    "origin": "greydanus/baby-a3c",
    "license": "MIT",
    "tensors": {name: half(array) for name, array in tensors.items()},
}
with open(target, "w") as file:
    json.dump(expert, file)
