"""The world model of DITTO (appendix B) in PyTorch: what the engine is tested against, and the bench's peer.

Written from the paper and the released code, not from DITTO Studio's TypeScript; time leads, images are [n, c, 64, 64].
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NORM_EPSILON = 1e-3


@dataclass
class Architecture:
    """Field names as in DITTO Studio's `WorldModelArchitecture`."""

    imageChannels: int
    actionKind: str
    actions: int
    convolutionDepth: int
    deterministicSize: int
    stochasticVariables: int
    stochasticClasses: int
    hiddenSize: int

    @property
    def stochastic_size(self) -> int:
        return self.stochasticVariables * self.stochasticClasses

    @property
    def feature_size(self) -> int:
        return self.deterministicSize + self.stochastic_size

    @property
    def embedding_size(self) -> int:
        return 32 * self.convolutionDepth


def sample_categorical(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """One-hot samples `[..., classes]` by inverting the cumulative distribution at `uniform` `[..., 1]`."""
    cumulative = probabilities.cumsum(-1)[..., :-1].contiguous()
    index = torch.searchsorted(cumulative, uniform, right=True)
    return F.one_hot(index.squeeze(-1), probabilities.shape[-1]).to(probabilities.dtype)


def straight_through(logits: Tensor, uniform: Tensor) -> Tensor:
    """A sample in the forward pass, the probabilities' gradient in the backward pass."""
    probabilities = logits.softmax(-1)
    return sample_categorical(probabilities.detach(), uniform) + probabilities - probabilities.detach()


class NormalizedElu(nn.Sequential):
    def __init__(self, size: int):
        super().__init__(nn.LayerNorm(size, eps=NORM_EPSILON), nn.ELU())


def encoder(channels: int, depth: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for outputs in (depth, 2 * depth, 4 * depth, 8 * depth):
        layers += [nn.Conv2d(channels, outputs, kernel_size=4, stride=2), nn.ELU()]
        channels = outputs
    return nn.Sequential(*layers, nn.Flatten())


def decoder(features: int, channels: int, depth: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(features, 32 * depth), nn.Unflatten(1, (32 * depth, 1, 1))]
    inputs = 32 * depth
    for outputs, kernel in ((4 * depth, 5), (2 * depth, 5), (depth, 6), (channels, 6)):
        layers += [nn.ConvTranspose2d(inputs, outputs, kernel, stride=2), nn.ELU()]
        inputs = outputs
    return nn.Sequential(*layers[:-1])


class RecurrentStateSpace(nn.Module):
    """h_t = GRU(h_{t-1}, z_{t-1}, a_{t-1}); prior p(z_t | h_t); posterior q(z_t | h_t, x_t)."""

    def __init__(self, a: Architecture):
        super().__init__()
        self.architecture = a
        self.input_stochastic = nn.Linear(a.stochastic_size, a.hiddenSize)
        self.input_action = nn.Linear(a.actions, a.hiddenSize, bias=False)
        self.input_norm = NormalizedElu(a.hiddenSize)
        self.recurrence = nn.GRUCell(a.hiddenSize, a.deterministicSize)
        self.prior_hidden = nn.Linear(a.deterministicSize, a.hiddenSize)
        self.prior_norm = NormalizedElu(a.hiddenSize)
        self.prior_logits = nn.Linear(a.hiddenSize, a.stochastic_size)
        self.posterior_state = nn.Linear(a.deterministicSize, a.hiddenSize)
        self.posterior_embedding = nn.Linear(a.embedding_size, a.hiddenSize, bias=False)
        self.posterior_norm = NormalizedElu(a.hiddenSize)
        self.posterior_logits = nn.Linear(a.hiddenSize, a.stochastic_size)

    def split(self, logits: Tensor) -> Tensor:
        a = self.architecture
        return logits.unflatten(-1, (a.stochasticVariables, a.stochasticClasses))

    def step(self, h: Tensor, z: Tensor, action_term: Tensor) -> Tensor:
        return self.recurrence(self.input_norm(self.input_stochastic(z) + action_term), h)

    def prior(self, h: Tensor) -> Tensor:
        return self.split(self.prior_logits(self.prior_norm(self.prior_hidden(h))))

    def posterior(self, h: Tensor, embedding_term: Tensor) -> Tensor:
        return self.split(self.posterior_logits(self.posterior_norm(self.posterior_state(h) + embedding_term)))

    def observe_step(self, h: Tensor, z: Tensor, action_term: Tensor, embedding_term: Tensor, uniform: Tensor):
        h = self.step(h, z, action_term)
        logits = self.posterior(h, embedding_term)
        return h, straight_through(logits, uniform).flatten(1), logits

    def observe(self, embeddings: Tensor, actions: Tensor, is_first: Tensor, uniform: Tensor, h: Tensor, z: Tensor):
        """Arguments `[time, batch, …]`; returns h, z and the posterior's logits, stacked over time."""
        action_terms = self.input_action(actions)
        embedding_terms = self.posterior_embedding(embeddings)
        states, samples, posteriors = [], [], []
        for t in range(len(actions)):
            keep = 1 - is_first[t]
            h, z, logits = self.observe_step(
                h * keep, z * keep, action_terms[t], embedding_terms[t], uniform[t].unsqueeze(-1)
            )
            states.append(h)
            samples.append(z)
            posteriors.append(logits)
        return torch.stack(states), torch.stack(samples), torch.stack(posteriors)


def kl(log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(p ‖ q) of log-probabilities `[time, batch, variables, classes]`: sum over variables, mean over the rest."""
    return F.kl_div(log_q, log_p, reduction="none", log_target=True).sum((-1, -2)).mean()


class WorldModel(nn.Module):
    def __init__(self, architecture: Architecture):
        super().__init__()
        a = self.architecture = architecture
        self.memory_format = torch.contiguous_format
        self.encoder = encoder(a.imageChannels, a.convolutionDepth)
        self.dynamics = RecurrentStateSpace(a)
        self.decoder = decoder(a.feature_size, a.imageChannels, a.convolutionDepth)

    def loss(self, definition: dict, batch: dict[str, Tensor], h: Tensor, z: Tensor):
        """The ELBO with KL balancing (eqs. 11 and 12), its parts, and the last state for the next batch.

        `batch`, as DITTO Studio passes it: observations uint8 `[time * batch, 64, 64, channels]`, previousActions
        int32 `[time * batch]` (-1: none) or float32 `[time * batch, actions]` (zeros: none), isFirst `[time, batch, 1]`, uniform `[time, batch, variables]`.
        """
        time, size = batch["isFirst"].shape[:2]
        images = normalize_pixels(batch["observations"], definition["pixels"], h.dtype)
        images = images.contiguous(memory_format=self.memory_format)
        embeddings = self.encoder(images).unflatten(0, (time, size))
        actions = action_vectors(self.architecture, batch["previousActions"], h.dtype)
        states, samples, logits = self.dynamics.observe(
            embeddings, actions.unflatten(0, (time, size)), batch["isFirst"], batch["uniform"], h, z
        )
        mean = self.decoder(torch.cat((states, samples), -1).flatten(0, 1))
        reconstruction = 0.5 * F.mse_loss(mean, images, reduction="sum") / len(images)
        posterior = logits.log_softmax(-1)
        prior = self.dynamics.prior(states).log_softmax(-1)
        prior_term = kl(posterior.detach(), prior)
        posterior_term = kl(posterior, prior.detach())
        balance = definition["klBalance"]
        balanced = balance * prior_term + (1 - balance) * posterior_term
        parts = {
            "reconstructionLoss": reconstruction,
            "klDivergence": prior_term,
            "priorEntropy": entropy(prior),
            "posteriorEntropy": entropy(posterior),
        }
        return reconstruction + definition["klWeight"] * balanced, parts, (states[-1].detach(), samples[-1].detach())


def normalize_pixels(observations: Tensor, pixels: dict, dtype: torch.dtype) -> Tensor:
    """Grey levels `[n, 64, 64, c]` to normalised images `[n, c, 64, 64]`."""
    return ((observations.to(dtype) - pixels["mean"]) / pixels["standardDeviation"]).permute(0, 3, 1, 2)


def action_vectors(space: Architecture, actions: Tensor, dtype: torch.dtype) -> Tensor:
    """Discrete actions become one-hot, -1 a row of zeros."""
    if space.actionKind == "continuous":
        return actions.to(dtype)
    return F.one_hot((actions + 1).long(), space.actions + 1)[..., 1:].to(dtype)


def entropy(log_probabilities: Tensor) -> Tensor:
    logits = log_probabilities.detach()
    return torch.distributions.Categorical(logits=logits, validate_args=False).entropy().sum(-1).mean()
