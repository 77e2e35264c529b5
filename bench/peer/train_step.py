"""One step in PyTorch, training a world model or DITTO or encoding frames, on request: the peer that the bench alternates with.

Started by bench/peer.ts with the mode as its argument. Reads JSON lines: first `{"training", "definition", "tensors",
"threads", "device"}`, where `tensors` is a safetensors file with `parameters/*`, `carried/*`, `frozen/*` and `inputs/*`,
then `{"step": true}` for each step. Answers each with a JSON line.
"""

import json
import resource
import struct
import sys
import time
from pathlib import Path
from typing import Callable

import torch
from torch import Tensor, nn

# The models that the parity tests compare the engine with.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "parity"))
from pytorch import agents, parameters, world_model  # noqa: E402

TYPES = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}

Tensors = dict[str, Tensor]


def read_safetensors(path: str) -> Tensors:
    """The format is simple enough that the bench need not ask for its package."""
    content = bytearray(Path(path).read_bytes())
    (size,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = torch.frombuffer(content[8 + size + begin : 8 + size + end], dtype=TYPES[entry["dtype"]])
        tensors[name] = data.reshape(entry["shape"])
    return tensors


def select(tensors: Tensors, prefix: str) -> Tensors:
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def assign(named: parameters.Parameters, values: Tensors) -> None:
    for name, (parameter, layout) in named.items():
        parameter.data = layout.from_studio(values[name]).contiguous()


def make_world_model(definition: dict, mode: str, values: Tensors, device: str):
    """To encode with, the decoder's values are not needed, and it keeps its own."""
    model = world_model.WorldModel(world_model.Architecture(**definition["architecture"]))
    named = parameters.world_model(model)
    assign({name: named[name] for name in values}, values)
    model.to(device)
    if mode in ("channels-last", "compile"):
        model.memory_format = torch.channels_last
        model.to(memory_format=torch.channels_last)
    if mode == "compile":
        # One time step, of many small operations; the loop over all of them takes more than ten minutes to compile.
        model.dynamics.observe_step = torch.compile(model.dynamics.observe_step)
    return model


def first_state(a: world_model.Architecture, size: int, device: str) -> tuple[Tensor, Tensor]:
    return torch.zeros(size, a.deterministicSize, device=device), torch.zeros(size, a.stochastic_size, device=device)


def world_model_loss(definition: dict, tensors: Tensors, mode: str, device: str):
    """The model, and its loss as a function of the batch."""
    model = make_world_model(definition, mode, select(tensors, "parameters/"), device)
    state = first_state(model.architecture, definition["batchSize"], device)

    def loss(batch: Tensors) -> Tensor:
        nonlocal state
        value, _, state = model.loss(definition, batch, *state)
        return value

    return model, loss


def recursive_lambda_returns(rewards: Tensor, values: Tensor, discount: float, mix: float) -> Tensor:
    """Eq. 14 from the end, as whoever trains with it writes it; the parity tests' definition takes H² operations."""
    following, returns = values[-1], []
    for reward, value in zip(reversed(rewards), reversed(values[1:])):
        following = reward + discount * torch.lerp(value, following, mix)
        returns.append(following)
    return torch.stack(returns[::-1])


def ditto_loss(definition: dict, tensors: Tensors, mode: str, device: str):
    """The agent, and its loss as a function of the batch."""
    agents.lambda_returns = recursive_lambda_returns
    torch.distributions.Distribution.set_default_validate_args(False)
    model = agents.Ditto(definition, experts=None)
    assign(parameters.actor_critic(model), select(tensors, "parameters/"))
    assign(parameters.perceptron("targetCritic", model.target), select(tensors, "carried/"))
    assign(parameters.dynamics(model.dynamics), select(tensors, "frozen/"))
    model.to(device)
    if mode == "compile":
        model.imagine_step = torch.compile(model.imagine_step)
        model.actor_critic_loss = torch.compile(model.actor_critic_loss)
    # All of the expert's latents are where the step computes, as the studio's are.
    experts = tensors["frozen/expert/table"].to(device)

    def loss(batch: Tensors) -> Tensor:
        return model.loss(batch | {"expertLatents": experts[batch["expertRows"].long()]})[0]

    return model, loss


LOSSES: dict[str, Callable] = {"world-model": world_model_loss, "ditto": ditto_loss}


class Training:
    def __init__(self, training: str, definition: dict, tensors: Tensors, mode: str, device: str):
        model, self.loss = LOSSES[training](definition, tensors, mode, device)
        self.batch, self.device = select(tensors, "inputs/"), device
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = definition["optimizer"]
        self.limit = optimizer["gradientClip"]
        self.adam = torch.optim.AdamW(
            self.parameters,
            optimizer["learningRate"],
            eps=optimizer["epsilon"],
            weight_decay=optimizer["weightDecay"],
            fused=True,
        )

    def step(self) -> float:
        self.adam.zero_grad()
        # The batch comes from the host's memory, as the studio's does.
        loss = self.loss({name: tensor.to(self.device) for name, tensor in self.batch.items()})
        loss.backward()
        if self.limit > 0:
            nn.utils.clip_grad_norm_(self.parameters, self.limit)
        self.adam.step()
        # On a GPU this waits for everything above.
        return loss.item()


class Encoding:
    """Frames to latents with the posterior, from a zero state."""

    def __init__(self, definition: dict, tensors: Tensors, mode: str, device: str):
        self.model = make_world_model(definition, mode, select(tensors, "parameters/"), device)
        self.pixels, self.device = definition["pixels"], device
        self.batch = select(tensors, "inputs/")

    @torch.inference_mode()
    def step(self) -> float:
        model, batch = self.model, {name: tensor.to(self.device) for name, tensor in self.batch.items()}
        rows = batch["isFirst"].shape[:2]
        images = world_model.normalize_pixels(batch["observations"], self.pixels, torch.float32)
        embeddings = model.encoder(images.contiguous(memory_format=model.memory_format))
        actions = world_model.action_vectors(model.architecture, batch["previousActions"], torch.float32)
        states, samples, _ = model.dynamics.observe(
            embeddings.unflatten(0, rows),
            actions.unflatten(0, rows),
            batch["isFirst"],
            batch["uniform"],
            *first_state(model.architecture, rows[1], self.device),
        )
        return torch.cat((states, samples), -1).cpu().mean().item()


def answer(**values) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    mode = sys.argv[1]
    settings = json.loads(sys.stdin.readline())
    threads, device = settings["threads"], settings["device"]
    torch.set_num_threads(threads)
    kind, task = settings["training"], (settings["definition"], read_safetensors(settings["tensors"]), mode, device)
    work = Encoding(*task) if kind == "encode" else Training(kind, *task)
    name = torch.cuda.get_device_name() if device == "cuda" else device
    answer(torch=torch.__version__, device=name)
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = work.step()
        elapsed = time.perf_counter() - start
        usage = resource.getrusage(resource.RUSAGE_SELF)
        # Kibibytes on Linux, bytes on macOS.
        peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = usage.ru_utime + usage.ru_stime
        answer(stepMs=elapsed * 1000, loss=loss, peakMemoryMiB=peak, processorSeconds=seconds)


if __name__ == "__main__":
    main()
