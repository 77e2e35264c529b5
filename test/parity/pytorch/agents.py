"""DITTO (appendix C) and behaviour cloning from pixels in PyTorch."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .world_model import Architecture, RecurrentStateSpace, encoder, normalize_pixels, sample_categorical


def perceptron(inputs: int, outputs: int, layers: int, units: int) -> nn.Sequential:
    widths = [inputs] + [units] * layers
    hidden = [module for a, b in zip(widths, widths[1:]) for module in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(widths[-1], outputs))


def max_cosine(a: Tensor, b: Tensor) -> Tensor:
    """Eq. 8."""
    return (a * b).sum(-1) / torch.maximum(a.norm(dim=-1), b.norm(dim=-1)).square()


def lambda_returns(rewards: Tensor, values: Tensor, discount: float, mix: float) -> Tensor:
    """Eq. 14, by its definition as a mixture of n-step returns; rewards `[H - 1, batch]`, values `[H, batch]`."""
    steps = len(rewards)
    returns = []
    for t in range(steps):
        total = torch.zeros_like(values[0])
        for n in range(1, steps - t + 1):
            n_step = sum(discount**k * rewards[t + k] for k in range(n)) + discount**n * values[t + n]
            weight = mix ** (n - 1) * (1 - mix if n < steps - t else 1)
            total = total + weight * n_step
        returns.append(total)
    return torch.stack(returns)


class Ditto(nn.Module):
    """Actor, critic and target critic over a world model whose dynamics are not trained."""

    def __init__(self, definition: dict):
        super().__init__()
        self.definition = definition
        self.architecture = Architecture(**definition["architecture"])
        shape = (definition["perceptron"]["hiddenLayers"], definition["perceptron"]["hiddenUnits"])
        features = self.architecture.feature_size
        self.dynamics = RecurrentStateSpace(self.architecture).requires_grad_(False)
        self.actor = perceptron(features, self.architecture.actions, *shape)
        self.critic = perceptron(features, 1, *shape)
        self.target = perceptron(features, 1, *shape).requires_grad_(False)

    @torch.no_grad()
    def imagine(self, start: Tensor, action_uniform: Tensor, prior_uniform: Tensor) -> tuple[Tensor, Tensor]:
        """States `[H, batch, features]` and the one-hot actions `[H - 1, batch, actions]` between them."""
        size = self.architecture.deterministicSize
        h, z = start[:, :size], start[:, size:]
        states, actions = [start], []
        for u_action, u_prior in zip(action_uniform, prior_uniform):
            action = sample_categorical(self.actor(states[-1]).softmax(-1), u_action)
            h = self.dynamics.step(h, z, self.dynamics.input_action(action))
            z = sample_categorical(self.dynamics.prior(h).softmax(-1), u_prior.unsqueeze(-1)).flatten(1)
            actions.append(action)
            states.append(torch.cat((h, z), -1))
        return torch.stack(states), torch.stack(actions)

    def loss(self, batch: dict[str, Tensor]):
        d = self.definition
        if batch["updateTarget"].item() == 1:
            self.target.load_state_dict(self.critic.state_dict())
        expert = batch["expertLatents"]
        states, actions = self.imagine(expert[0], batch["actionUniform"], batch["priorUniform"])
        compared = slice(None) if d["rewardLatent"] == "full" else slice(self.architecture.deterministicSize)
        rewards = max_cosine(expert[1:, :, compared], states[1:, :, compared])
        with torch.no_grad():
            values = self.target(states).squeeze(-1)
            returns = lambda_returns(rewards, values, d["discount"], d["lambda"])
            advantage = returns - values[:-1]
            if d["normalizeAdvantage"]:
                advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
        policy = torch.distributions.Categorical(logits=self.actor(states[:-1]))
        log_probabilities = policy.log_prob(actions.argmax(-1))
        entropy = policy.entropy().mean()
        actor_loss = -(log_probabilities * advantage).mean() - d["entropyWeight"] * entropy
        critic_loss = 0.5 * F.mse_loss(self.critic(states[:-1]).squeeze(-1), returns)
        parts = {
            "actorLoss": actor_loss,
            "criticLoss": critic_loss,
            "policyEntropy": entropy,
            "reward": rewards.mean(),
            "latentDistance": 1 - rewards.mean(),
            "lambdaReturn": returns.mean(),
        }
        return actor_loss + d["criticWeight"] * critic_loss, parts


class BehaviorCloning(nn.Module):
    def __init__(self, definition: dict):
        super().__init__()
        self.definition = definition
        shape = (definition["perceptron"]["hiddenLayers"], definition["perceptron"]["hiddenUnits"])
        depth = definition["convolutionDepth"]
        self.encoder = encoder(definition["imageChannels"], depth)
        self.actor = perceptron(32 * depth, definition["actions"], *shape)

    def loss(self, batch: dict[str, Tensor]):
        dtype = self.actor[0].weight.dtype
        images = normalize_pixels(batch["observations"], self.definition["pixels"], dtype)
        logits = self.actor(self.encoder(images))
        actions = batch["actions"].long()
        accuracy = (logits.argmax(-1) == actions).to(dtype).mean()
        return F.cross_entropy(logits, actions), {"actionAccuracy": accuracy}
