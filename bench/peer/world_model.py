"""One world-model training step in PyTorch, on request: the peer that the bench alternates with.

Started by bench/peer.ts with the mode as its argument. Reads JSON lines: first `{"definition", "tensors", "threads"}`,
where `tensors` is a safetensors file with `parameters/*` and `inputs/*`, then `{"step": true}` for each step.
Answers each with a JSON line.
"""

import json
import resource
import struct
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

# The model that the parity tests compare the engine with.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "parity"))
from pytorch import parameters, world_model  # noqa: E402

TYPES = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}


def read_safetensors(path: str) -> dict[str, Tensor]:
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


def select(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


class Training:
    def __init__(self, definition: dict, tensors: dict[str, Tensor], mode: str):
        self.definition = definition
        self.batch = select(tensors, "inputs/")
        model = world_model.WorldModel(world_model.Architecture(**definition["architecture"]))
        for name, (parameter, layout) in parameters.world_model(model).items():
            parameter.data = layout.from_studio(tensors[f"parameters/{name}"]).contiguous()
        if mode in ("channels-last", "compile"):
            model.memory_format = torch.channels_last
            model.to(memory_format=torch.channels_last)
        if mode == "compile":
            # One time step, of many small operations; the loop over all of them takes more than ten minutes to compile.
            model.dynamics.observe_step = torch.compile(model.dynamics.observe_step)
        self.loss = model.loss
        self.parameters = list(model.parameters())
        optimizer = definition["optimizer"]
        self.limit = optimizer["gradientClip"]
        self.adam = torch.optim.AdamW(
            self.parameters,
            optimizer["learningRate"],
            eps=optimizer["epsilon"],
            weight_decay=optimizer["weightDecay"],
            fused=True,
        )
        size = definition["batchSize"]
        a = model.architecture
        self.state = (torch.zeros(size, a.deterministicSize), torch.zeros(size, a.stochastic_size))

    def step(self) -> float:
        self.adam.zero_grad()
        loss, _, self.state = self.loss(self.definition, self.batch, *self.state)
        loss.backward()
        if self.limit > 0:
            nn.utils.clip_grad_norm_(self.parameters, self.limit)
        self.adam.step()
        return loss.item()


def answer(**values) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    mode = sys.argv[1]
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["threads"])
    training = Training(settings["definition"], read_safetensors(settings["tensors"]), mode)
    answer(torch=torch.__version__, mode=mode, threads=torch.get_num_threads())
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = training.step()
        elapsed = time.perf_counter() - start
        usage = resource.getrusage(resource.RUSAGE_SELF)
        # Kibibytes on Linux, bytes on macOS.
        peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = usage.ru_utime + usage.ru_stime
        answer(stepMs=elapsed * 1000, loss=loss, peakMemoryMiB=peak, processorSeconds=seconds)


if __name__ == "__main__":
    main()
