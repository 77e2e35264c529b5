"""Which parameter of DITTO Studio is which of the PyTorch modules, and how its values are laid out.

| DITTO Studio (TensorFlow.js)                             | PyTorch                                          |
|----------------------------------------------------------|--------------------------------------------------|
| dense weight `[in, out]`                                 | nn.Linear `[out, in]`                            |
| convolution filter `[height, width, in, out]`            | nn.Conv2d `[out, in, height, width]`             |
| transposed convolution's filter `[height, width, out, in]` | nn.ConvTranspose2d `[in, out, height, width]`  |
| recurrent weights `[in, 3 size]`, gates reset, update, candidate | nn.GRUCell `[3 size, in]`, gates r, z, n |
| rows of a weight on the embedding: height, width, channel | columns: channel, height, width                 |
"""

from dataclasses import dataclass
from typing import Callable

from torch import Tensor, nn

from .agents import ActorCritic, BehaviorCloning, DreamBehaviorCloning, DreamGail
from .world_model import RecurrentStateSpace, WorldModel

Reorder = Callable[[Tensor], Tensor]


@dataclass
class Layout:
    to_studio: Reorder
    from_studio: Reorder


VECTOR = Layout(lambda t: t, lambda t: t)
MATRIX = Layout(lambda t: t.T, lambda t: t.T)
FILTER = Layout(lambda t: t.permute(2, 3, 1, 0), lambda t: t.permute(3, 2, 0, 1))
# The last image of the encoder is 2 x 2 pixels.
EMBEDDING = Layout(
    lambda t: t.unflatten(1, (-1, 2, 2)).permute(2, 3, 1, 0).flatten(0, 2),
    lambda t: t.unflatten(0, (2, 2, -1)).permute(3, 2, 0, 1).flatten(1),
)

Parameters = dict[str, tuple[nn.Parameter, Layout]]


def linear(name: str, module: nn.Linear, layout: Layout = MATRIX) -> Parameters:
    found: Parameters = {f"{name}/weight": (module.weight, layout)}
    if module.bias is not None:
        found[f"{name}/bias"] = (module.bias, VECTOR)
    return found


def norm(name: str, module: nn.Sequential) -> Parameters:
    return {f"{name}/scale": (module[0].weight, VECTOR), f"{name}/offset": (module[0].bias, VECTOR)}


def convolutions(name: str, modules: nn.Sequential) -> Parameters:
    found: Parameters = {}
    layers = [module for module in modules if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d))]
    for index, module in enumerate(layers):
        found[f"{name}/{index}/filter"] = (module.weight, FILTER)
        found[f"{name}/{index}/bias"] = (module.bias, VECTOR)
    return found


def perceptron(name: str, modules: nn.Sequential, first: Layout = MATRIX) -> Parameters:
    layers = [module for module in modules if isinstance(module, nn.Linear)]
    found = linear(f"{name}/0", layers[0], first)
    for index, module in enumerate(layers[1:-1], start=1):
        found |= linear(f"{name}/{index}", module)
    return found | linear(f"{name}/head", layers[-1])


def dynamics(model: RecurrentStateSpace) -> Parameters:
    cell = model.recurrence
    return {
        **linear("input/stochastic", model.input_stochastic),
        **linear("input/action", model.input_action),
        **norm("input/norm", model.input_norm),
        "recurrence/input/weight": (cell.weight_ih, MATRIX),
        "recurrence/input/bias": (cell.bias_ih, VECTOR),
        "recurrence/recurrent/weight": (cell.weight_hh, MATRIX),
        "recurrence/recurrent/bias": (cell.bias_hh, VECTOR),
        **linear("prior/hidden", model.prior_hidden),
        **norm("prior/norm", model.prior_norm),
        **linear("prior/logits", model.prior_logits),
        **linear("posterior/state", model.posterior_state),
        **linear("posterior/embedding", model.posterior_embedding, EMBEDDING),
        **norm("posterior/norm", model.posterior_norm),
        **linear("posterior/logits", model.posterior_logits),
    }


def world_model(model: WorldModel) -> Parameters:
    return {
        **convolutions("encoder", model.encoder),
        **dynamics(model.dynamics),
        **linear("decoder/input", model.decoder[0]),
        **convolutions("decoder", model.decoder),
    }


def actor_critic(model: ActorCritic) -> Parameters:
    return {**perceptron("actor", model.actor), **perceptron("critic", model.critic)}


def dream_gail(model: DreamGail) -> Parameters:
    return actor_critic(model) | perceptron("discriminator", model.discriminator)


def dream_behavior_cloning(model: DreamBehaviorCloning) -> Parameters:
    return perceptron("actor", model.actor)


def behavior_cloning(model: BehaviorCloning) -> Parameters:
    return {**convolutions("encoder", model.encoder), **perceptron("actor", model.actor, EMBEDDING)}
