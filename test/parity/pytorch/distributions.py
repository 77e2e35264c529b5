"""How a policy spreads its actions: over discrete ones, or over vectors in [-1, 1] as DreamerV2 does.

Entropies without a closed form in PyTorch are integrals on dense grids, so that they share nothing with the studio's.
"""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Categorical, Normal, TransformedDistribution
from torch.distributions.transforms import TanhTransform

from . import world_model

GRID = 4001


class Discrete:
    def __init__(self, actions: int):
        self.head_size, self.noise_size = actions, 1

    def sample(self, head: Tensor, uniform: Tensor) -> Tensor:
        return world_model.straight_through(head, uniform)

    def log_prob(self, head: Tensor, actions: Tensor) -> Tensor:
        return Categorical(logits=head).log_prob(actions.argmax(-1))

    def entropy(self, head: Tensor) -> Tensor:
        return Categorical(logits=head).entropy()

    def agreement(self, head: Tensor, actions: Tensor) -> dict[str, Tensor]:
        return {"actionAccuracy": (head.argmax(-1) == actions.argmax(-1)).to(head.dtype).mean()}


class Continuous:
    """Independent components; `of` makes the distributions of a head."""

    def __init__(self, components: int):
        self.head_size, self.noise_size = 2 * components, components

    def sample(self, head: Tensor, uniform: Tensor) -> Tensor:
        return self.of(head).quantile(uniform)

    def log_prob(self, head: Tensor, actions: Tensor) -> Tensor:
        return self.of(head).log_prob(actions).sum(-1)

    def entropy(self, head: Tensor) -> Tensor:
        return self.of(head).entropy().sum(-1)

    def agreement(self, head: Tensor, actions: Tensor) -> dict[str, Tensor]:
        return {"actionError": (self.of(head).preferred - actions).abs().mean()}


class TruncatedNormal(Continuous):
    def of(self, head: Tensor) -> SimpleNamespace:
        raw_mean, raw_deviation = head.chunk(2, -1)
        mean = raw_mean.tanh()
        normal = Normal(mean, 2 * (raw_deviation / 2).sigmoid() + 0.1)
        below = normal.cdf(-torch.ones_like(mean))
        mass = normal.cdf(torch.ones_like(mean)) - below

        def log_prob(actions: Tensor) -> Tensor:
            return normal.log_prob(actions) - mass.log()

        def entropy() -> Tensor:
            points = torch.linspace(-1, 1, GRID, dtype=head.dtype).view(-1, *[1] * head.ndim)
            logs = log_prob(points)
            return -torch.trapezoid(logs.exp() * logs, dx=2 / (GRID - 1), dim=0)

        quantile = lambda u: normal.icdf(below + u * mass)
        return SimpleNamespace(log_prob=log_prob, entropy=entropy, quantile=quantile, preferred=mean)


class TanhNormal(Continuous):
    def of(self, head: Tensor) -> SimpleNamespace:
        raw_mean, raw_deviation = head.chunk(2, -1)
        normal = Normal(5 * (raw_mean / 5).tanh(), F.softplus(raw_deviation) + 0.1)
        squashed = TransformedDistribution(normal, TanhTransform())

        def entropy() -> Tensor:
            places = torch.linspace(-9, 9, GRID, dtype=head.dtype).view(-1, *[1] * head.ndim)
            points = normal.mean + places * normal.stddev
            density = normal.log_prob(points).exp() * normal.stddev
            logs = normal.log_prob(points) - TanhTransform().log_abs_det_jacobian(points, points.tanh())
            return -torch.trapezoid(density * logs, dx=18 / (GRID - 1), dim=0)

        quantile = lambda u: normal.icdf(u).tanh()
        return SimpleNamespace(
            log_prob=squashed.log_prob, entropy=entropy, quantile=quantile, preferred=normal.mean.tanh()
        )


def distribution(kind: str, name: str, actions: int) -> Discrete | Continuous:
    if kind == "discrete":
        return Discrete(actions)
    return {"truncated-normal": TruncatedNormal, "tanh-normal": TanhNormal}[name](actions)
