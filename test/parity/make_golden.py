"""Writes the golden files that the parity tests compare the engine with (needs torch, numpy and safetensors):

    python3 test/parity/make_golden.py           write test/parity/golden/
    python3 test/parity/make_golden.py --check   compare a fresh computation with the files that are there

Each case is a JSON file (the definition, as TypeScript takes it, and the scalars of each step) and a safetensors file
with `parameters/*` (initial), `steps/N/inputs/*`, `steps/N/carried/*` (after the step), `gradients/*` (of the first
step), `updated/*` (parameters after all steps). Computed in float64, so that the differences that the tests see are
the engine's own. `pytorch/parameters.py` tells how weights correspond.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pytorch import agents, parameters, world_model

GOLDEN = Path(__file__).parent / "golden"
STEPS = 3
# A sample whose uniform lies closer than this to a class's edge could fall on the other side in float32.
MARGIN = 1e-4

Case = tuple[dict, dict[str, Tensor]]
Batch = dict[str, np.ndarray]

ARCHITECTURE = {
    "imageChannels": 1,
    "actionKind": "discrete",
    "actions": 3,
    "convolutionDepth": 2,
    "deterministicSize": 16,
    "stochasticVariables": 4,
    "stochasticClasses": 5,
    "hiddenSize": 12,
}
PIXELS = {"mean": 110.5, "standardDeviation": 60.25}
PERCEPTRON = {"hiddenLayers": 2, "hiddenUnits": 16}
# Large, so that each leaves its mark in three steps. Adam divides by the gradient's own size, which would blow
# rounding up where a gradient is nearly zero: hence an epsilon that is not small beside the case's gradients.
OPTIMIZER = {"learningRate": 1e-2, "epsilon": 1e-2, "weightDecay": 0.5, "gradientClip": 0}


def world_model_definition(**changes) -> dict:
    definition = {
        "architecture": ARCHITECTURE,
        "pixels": PIXELS,
        "batchSize": 2,
        "sequenceLength": 3,
        "klWeight": 0.1,
        "klBalance": 0.8,
        "optimizer": {**OPTIMIZER, "gradientClip": 100},
    }
    return definition | changes


def actor_critic_definition(**changes) -> dict:
    definition = {
        "architecture": ARCHITECTURE,
        "perceptron": PERCEPTRON,
        "actionDistribution": "truncated-normal",
        "batchSize": 6,
        "horizon": 5,
        "discount": 0.95,
        "lambda": 0.9,
        "entropyWeight": 0.05,
        "reinforceShare": 1,
        "normalizeAdvantage": False,
        "criticWeight": 1,
        "optimizer": {**OPTIMIZER, "epsilon": 1e-4, "weightDecay": 0, "gradientClip": 0.05},
    }
    return definition | changes


def ditto_definition(**changes) -> dict:
    own = {
        "rewardMeasure": "max-cosine",
        "rewardMatch": "same-step",
        "rewardLatent": "full",
        "expertLatentCount": 0,
    }
    return actor_critic_definition(**own) | changes


def dream_gail_definition(**changes) -> dict:
    own = {
        "discriminator": {"hiddenLayers": 2, "hiddenUnits": 12},
        "discriminatorInput": "state-action",
        "adversarialReward": "log",
        "gradientPenalty": "none",
        "gradientPenaltyWeight": 10,
    }
    return actor_critic_definition(**own) | changes


DREAM_BEHAVIOR_CLONING = {
    "architecture": ARCHITECTURE,
    "perceptron": PERCEPTRON,
    "actionDistribution": "truncated-normal",
    "batchSize": 7,
    "entropyWeight": 0.1,
    "optimizer": OPTIMIZER,
}

BEHAVIOR_CLONING = {
    "imageChannels": 1,
    "actionKind": "discrete",
    "actions": 3,
    "convolutionDepth": 2,
    "perceptron": PERCEPTRON,
    "actionDistribution": "truncated-normal",
    "pixels": PIXELS,
    "batchSize": 5,
    "optimizer": OPTIMIZER,
}


def initialize(module: nn.Module, random: np.random.Generator) -> None:
    """No value is left at a special one: a bias of zero or a scale of one could hide a mistake."""
    for name, parameter in module.named_parameters():
        noise = torch.from_numpy(random.standard_normal(tuple(parameter.shape)))
        is_scale = parameter.ndim == 1 and name.endswith("weight")
        deviation = parameter[0].numel() ** -0.5 if parameter.ndim > 1 else 0.2
        # What float32 can hold, so that both sides start from the same numbers.
        parameter.data = (noise * deviation + is_scale).float().double()


def check_margins(record: list[tuple[Tensor, Tensor]]) -> None:
    for probabilities, uniform in record:
        edges = probabilities.cumsum(-1)[..., :-1]
        if (edges - uniform).abs().min() < MARGIN:
            raise SystemExit("A sample lies too close to an edge: choose another seed.")


class RecordedSampling:
    """Remembers what `sample_categorical` is given, to check its margins."""

    def __enter__(self) -> list[tuple[Tensor, Tensor]]:
        self.original = world_model.sample_categorical
        record: list[tuple[Tensor, Tensor]] = []

        def recording(probabilities: Tensor, uniform: Tensor) -> Tensor:
            record.append((probabilities, uniform))
            return self.original(probabilities, uniform)

        world_model.sample_categorical = recording
        return record

    def __exit__(self, *_) -> None:
        world_model.sample_categorical = self.original


def train(
    named: parameters.Parameters,
    optimizer: dict,
    batches: list[Batch],
    loss: Callable[[dict[str, Tensor]], tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]],
) -> tuple[list[dict], dict[str, Tensor]]:
    """Scalars of each step, and the tensors of the case."""
    trained = [parameter for parameter, _ in named.values()]
    adam = torch.optim.AdamW(
        trained, optimizer["learningRate"], eps=optimizer["epsilon"], weight_decay=optimizer["weightDecay"]
    )
    tensors = {f"parameters/{name}": layout.to_studio(p.detach().clone()) for name, (p, layout) in named.items()}
    steps = []
    for number, batch in enumerate(batches):
        inputs = {name: torch.from_numpy(values) for name, values in batch.items()}
        tensors |= {f"steps/{number}/inputs/{name}": values for name, values in inputs.items()}
        value, parts, carried = loss({k: v.double() if v.is_floating_point() else v for k, v in inputs.items()})
        adam.zero_grad()
        value.backward()
        if number == 0:
            tensors |= {f"gradients/{name}": layout.to_studio(p.grad.clone()) for name, (p, layout) in named.items()}
        limit = optimizer["gradientClip"]
        norm = nn.utils.clip_grad_norm_(trained, limit if limit > 0 else float("inf"))
        adam.step()
        scalars = {"loss": value, "gradientNorm": norm, **parts}
        steps.append({name: scalar.item() for name, scalar in scalars.items()})
        tensors |= {f"steps/{number}/carried/{name}": t.detach().clone() for name, t in carried.items()}
    tensors |= {f"updated/{name}": layout.to_studio(p.detach()) for name, (p, layout) in named.items()}
    return steps, tensors


def world_model_case(definition: dict, seed: int) -> Case:
    random = np.random.default_rng(seed)
    architecture = world_model.Architecture(**definition["architecture"])
    size, time = definition["batchSize"], definition["sequenceLength"]
    model = world_model.WorldModel(architecture).double()
    initialize(model, random)
    h = torch.from_numpy(random.uniform(-1, 1, (size, architecture.deterministicSize)).astype(np.float32))
    z = torch.from_numpy(one_hot_latents(random, architecture, (size,)))
    initial = {"carried/deterministic": h, "carried/stochastic": z}
    state = [h.double(), z.double()]

    def make_batch(step: int) -> Batch:
        is_first = np.zeros((time, size, 1), np.float32)
        previous = some_actions(random, architecture, (time, size))
        # An episode starts in the middle of a row, where the carried state must not leak across.
        is_first[step % time, -1] = 1
        previous[step % time, -1] = -1 if architecture.actionKind == "discrete" else 0
        return {
            "observations": random.integers(0, 256, (time * size, 64, 64, architecture.imageChannels), np.uint8),
            "previousActions": previous.reshape(time * size, *previous.shape[2:]),
            "isFirst": is_first,
            "uniform": random.random((time, size, architecture.stochasticVariables), np.float32),
        }

    def loss(batch: dict[str, Tensor]):
        value, parts, last = model.loss(definition, batch, *state)
        state[:] = last
        return value, parts, {"deterministic": last[0], "stochastic": last[1]}

    batches = [make_batch(step) for step in range(STEPS)]
    steps, tensors = train(parameters.world_model(model), definition["optimizer"], batches, loss)
    return {"definition": definition, "steps": steps}, initial | tensors


def some_actions(random: np.random.Generator, space, rows: tuple[int, ...]) -> np.ndarray:
    if space.actionKind == "discrete":
        return random.integers(0, space.actions, rows).astype(np.int32)
    return random.uniform(-1, 1, (*rows, space.actions)).astype(np.float32)


def one_hot_latents(random: np.random.Generator, a: world_model.Architecture, rows: tuple[int, ...]) -> np.ndarray:
    index = random.integers(0, a.stochasticClasses, (*rows, a.stochasticVariables))
    return np.eye(a.stochasticClasses, dtype=np.float32)[index].reshape(*rows, a.stochastic_size)


def latents(random: np.random.Generator, a: world_model.Architecture, rows: tuple[int, ...]) -> np.ndarray:
    """As a world model makes them: h between -1 and 1, z one-hot."""
    h = random.uniform(-1, 1, (*rows, a.deterministicSize)).astype(np.float32)
    return np.concatenate((h, one_hot_latents(random, a, rows)), -1)


def actor_critic_case(
    model: agents.ActorCritic,
    named: parameters.Parameters,
    random: np.random.Generator,
    make_own: Callable[[], Batch] = dict,
) -> Case:
    """`make_own`: the inputs that the method has beside those of the actor-critic."""
    definition, architecture = model.definition, model.architecture
    size, horizon = definition["batchSize"], definition["horizon"]
    target = parameters.perceptron("targetCritic", model.target)
    frozen = parameters.dynamics(model.dynamics)
    # Copies: training goes on to change the target.
    initial = {f"carried/{name}": layout.to_studio(p.detach().clone()) for name, (p, layout) in target.items()}
    initial |= {f"frozen/{name}": layout.to_studio(p.detach()) for name, (p, layout) in frozen.items()}

    def make_batch(step: int) -> Batch:
        return {
            "expertLatents": latents(random, architecture, (horizon, size)),
            "priorUniform": random.random((horizon - 1, size, architecture.stochasticVariables), np.float32),
            "actionUniform": random.random((horizon - 1, size, model.policy.noise_size), np.float32),
            "updateTarget": np.array(step == 1, np.float32),
            **make_own(),
        }

    def loss(batch: dict[str, Tensor]):
        value, parts = model.loss(batch)
        return value, parts, {name: layout.to_studio(p) for name, (p, layout) in target.items()}

    batches = [make_batch(step) for step in range(STEPS)]
    steps, tensors = train(named, definition["optimizer"], batches, loss)
    return {"definition": definition, "steps": steps}, initial | tensors


def ditto_case(definition: dict, seed: int) -> Case:
    random = np.random.default_rng(seed)
    model = agents.Ditto(definition, experts=None).double()
    initialize(model, random)
    if definition["rewardMatch"] == "same-step":
        return actor_critic_case(model, parameters.actor_critic(model), random)
    size = model.architecture.deterministicSize if definition["rewardLatent"] == "deterministic" else None
    experts = latents(random, model.architecture, (definition["expertLatentCount"],))[:, :size]
    model.experts = torch.from_numpy(experts).double()
    description, tensors = actor_critic_case(model, parameters.actor_critic(model), random)
    return description, tensors | {"frozen/expert/latents": torch.from_numpy(experts)}


def dream_gail_case(definition: dict, seed: int) -> Case:
    random = np.random.default_rng(seed)
    model = agents.DreamGail(definition).double()
    initialize(model, random)
    pairs = (definition["horizon"] - 1) * definition["batchSize"]

    def make_own() -> Batch:
        return {
            "expertActions": some_actions(random, model.architecture, (pairs,)),
            "interpolation": random.random((pairs, 1), np.float32),
        }

    return actor_critic_case(model, parameters.dream_gail(model), random, make_own)


def dream_behavior_cloning_case(definition: dict, seed: int) -> Case:
    random = np.random.default_rng(seed)
    model = agents.DreamBehaviorCloning(definition).double()
    initialize(model, random)
    architecture = world_model.Architecture(**definition["architecture"])
    size = definition["batchSize"]

    def make_batch(_: int) -> Batch:
        return {
            "expertLatents": latents(random, architecture, (size,)),
            "expertActions": some_actions(random, architecture, (size,)),
        }

    named = parameters.dream_behavior_cloning(model)
    batches = [make_batch(step) for step in range(STEPS)]
    steps, tensors = train(named, definition["optimizer"], batches, lambda batch: (*model.loss(batch), {}))
    return {"definition": definition, "steps": steps}, tensors


def behavior_cloning_case(definition: dict, seed: int) -> Case:
    random = np.random.default_rng(seed)
    model = agents.BehaviorCloning(definition).double()
    initialize(model, random)
    size, channels = definition["batchSize"], definition["imageChannels"]

    def make_batch(_: int) -> Batch:
        return {
            "observations": random.integers(0, 256, (size, 64, 64, channels), np.uint8),
            "actions": some_actions(random, model.space, (size,)),
        }

    batches = [make_batch(step) for step in range(STEPS)]
    steps, tensors = train(
        parameters.behavior_cloning(model), definition["optimizer"], batches, lambda batch: (*model.loss(batch), {})
    )
    return {"definition": definition, "steps": steps}, tensors


def make_cases() -> dict[str, Case]:
    with RecordedSampling() as record:
        color = {"architecture": ARCHITECTURE | {"imageChannels": 3}, "batchSize": 3, "sequenceLength": 2}
        vectors = {"actionKind": "continuous", "actions": 2}
        continuous = {"architecture": ARCHITECTURE | vectors}
        tanh = {"actionDistribution": "tanh-normal"}
        released = {"rewardLatent": "deterministic", "normalizeAdvantage": True, "criticWeight": 0.01}
        cases = {
            "world-model": world_model_case(world_model_definition(), seed=1),
            "world-model-color": world_model_case(
                # Weighted so that the divergence's gradients are not lost beside the reconstruction's.
                world_model_definition(**color, klWeight=300, klBalance=0.3, optimizer=OPTIMIZER | {"epsilon": 1}),
                seed=2,
            ),
            "ditto": ditto_case(ditto_definition(), seed=3),
            "ditto-released-code": ditto_case(ditto_definition(**released), seed=4),
            "ditto-cosine": ditto_case(ditto_definition(rewardMeasure="cosine"), seed=6),
            "ditto-nearest": ditto_case(
                ditto_definition(
                    rewardMeasure="l2", rewardMatch="nearest", rewardLatent="deterministic", expertLatentCount=40
                ),
                seed=7,
            ),
            "d-gail-wgan-gp": dream_gail_case(dream_gail_definition(gradientPenalty="wgan-gp"), seed=8),
            "d-gail-released-code": dream_gail_case(
                dream_gail_definition(
                    discriminatorInput="state-pair",
                    adversarialReward="probability",
                    normalizeAdvantage=True,
                    criticWeight=0.01,
                ),
                seed=9,
            ),
            "d-gail-r1": dream_gail_case(
                dream_gail_definition(discriminatorInput="state-pair", gradientPenalty="r1"), seed=10
            ),
            "d-bc": dream_behavior_cloning_case(DREAM_BEHAVIOR_CLONING, seed=11),
            "behavior-cloning": behavior_cloning_case(BEHAVIOR_CLONING, seed=5),
            "world-model-continuous": world_model_case(world_model_definition(**continuous), seed=12),
            "ditto-continuous": ditto_case(ditto_definition(**continuous), seed=12),
            "ditto-dynamics": ditto_case(
                ditto_definition(**continuous, **tanh, reinforceShare=0.25, optimizer=OPTIMIZER | {"epsilon": 1e-3}),
                seed=14,
            ),
            "ditto-discrete-dynamics": ditto_case(ditto_definition(reinforceShare=0), seed=13),
            "d-gail-dynamics": dream_gail_case(dream_gail_definition(**continuous, reinforceShare=0), seed=13),
            "d-bc-continuous": dream_behavior_cloning_case(DREAM_BEHAVIOR_CLONING | continuous | tanh, seed=17),
            "behavior-cloning-continuous": behavior_cloning_case(BEHAVIOR_CLONING | vectors, seed=18),
        }
    check_margins(record)
    return cases


def stored(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: (t.float() if t.is_floating_point() else t).contiguous() for name, t in tensors.items()}


def write(name: str, description: dict, tensors: dict[str, Tensor]) -> None:
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / f"{name}.json").write_text(json.dumps(description, indent=2) + "\n")
    path = GOLDEN / f"{name}.safetensors"
    save_file(stored(tensors), path)
    path.chmod(0o644)


def check(name: str, description: dict, tensors: dict[str, Tensor]) -> None:
    committed = json.loads((GOLDEN / f"{name}.json").read_text())
    if committed["definition"] != description["definition"]:
        raise SystemExit(f"{name}: the definition differs from the file's.")
    pairs = [
        (f"step {number} {part}", torch.tensor(a[part]), torch.tensor(b[part]))
        for number, (a, b) in enumerate(zip(committed["steps"], description["steps"], strict=True))
        for part in a | b
    ]
    files, fresh = load_file(GOLDEN / f"{name}.safetensors"), stored(tensors)
    if files.keys() != fresh.keys():
        raise SystemExit(f"{name}: the files hold other tensors: {sorted(files.keys() ^ fresh.keys())}")
    pairs += [(key, files[key].double(), fresh[key].double()) for key in fresh]
    for key, a, b in pairs:
        if (a - b).abs().max() > 1e-6 * max(1e-3, b.abs().max().item()):
            raise SystemExit(f"{name}: {key} differs from the file's by {(a - b).abs().max().item():g}.")


if __name__ == "__main__":
    use = check if "--check" in sys.argv[1:] else write
    for case_name, (case_description, case_tensors) in make_cases().items():
        use(case_name, case_description, case_tensors)
    print("The golden files agree." if use is check else f"Written with torch {torch.__version__}.")
