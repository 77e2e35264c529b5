"""DITTO and D-GAIL (appendix C), D-BC (eq. 9) and behaviour cloning from pixels in PyTorch."""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .distributions import distribution
from .world_model import (
    Architecture,
    RecurrentStateSpace,
    action_vectors,
    encoder,
    normalize_pixels,
    straight_through,
)


def perceptron(inputs: int, outputs: int, layers: int, units: int) -> nn.Sequential:
    widths = [inputs] + [units] * layers
    hidden = [module for a, b in zip(widths, widths[1:]) for module in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(widths[-1], outputs))


def latent_reward(measure: str, a: Tensor, b: Tensor) -> Tensor:
    """1 - d of eq. 7 and 8; the last axis is the latents'."""
    lengths = a.norm(dim=-1), b.norm(dim=-1)
    if measure == "max-cosine":
        return (a * b).sum(-1) / torch.maximum(*lengths).square()
    if measure == "cosine":
        return F.cosine_similarity(a, b, dim=-1)
    return 1 - (a - b).norm(dim=-1) / sum(lengths)


def nearest_reward(measure: str, experts: Tensor, agent: Tensor) -> Tensor:
    """Eq. 7: all pairs of `experts` `[latents, features]` and `agent` `[…, features]`."""
    return latent_reward(measure, experts, agent.unsqueeze(-2)).max(-1).values


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


class ActorCritic(nn.Module):
    """Actor, critic and target critic over a world model whose dynamics are not trained."""

    def __init__(self, definition: dict):
        super().__init__()
        self.definition = definition
        self.architecture = Architecture(**definition["architecture"])
        shape = (definition["perceptron"]["hiddenLayers"], definition["perceptron"]["hiddenUnits"])
        features = self.architecture.feature_size
        self.dynamics = RecurrentStateSpace(self.architecture).requires_grad_(False)
        self.policy = distribution(
            self.architecture.actionKind, definition["actionDistribution"], self.architecture.actions
        )
        self.actor = perceptron(features, self.policy.head_size, *shape)
        self.critic = perceptron(features, 1, *shape)
        self.target = perceptron(features, 1, *shape).requires_grad_(False)

    def imagine_step(self, h: Tensor, z: Tensor, action_uniform: Tensor, prior_uniform: Tensor):
        """The policy's action in (h, z), and the state that the model's prior expects after it."""
        action = self.policy.sample(self.actor(torch.cat((h, z), -1)), action_uniform)
        h = self.dynamics.step(h, z, self.dynamics.input_action(action))
        return h, straight_through(self.dynamics.prior(h), prior_uniform.unsqueeze(-1)).flatten(1), action

    def imagine(self, start: Tensor, action_uniform: Tensor, prior_uniform: Tensor) -> tuple[Tensor, Tensor]:
        """States `[H, batch, features]` and the actions `[H - 1, batch, actions]` between them, with gradients."""
        size = self.architecture.deterministicSize
        h, z = start[:, :size], start[:, size:]
        states, actions = [start], []
        for u_action, u_prior in zip(action_uniform, prior_uniform):
            h, z, action = self.imagine_step(h, z, u_action, u_prior)
            actions.append(action)
            states.append(torch.cat((h, z), -1))
        return torch.stack(states), torch.stack(actions)

    def rollout(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        if batch["updateTarget"].item() == 1:
            self.target.load_state_dict(self.critic.state_dict())
        with torch.set_grad_enabled(self.definition["reinforceShare"] < 1):
            return self.imagine(batch["expertLatents"][0], batch["actionUniform"], batch["priorUniform"])

    def actor_critic_loss(self, states: Tensor, actions: Tensor, rewards: Tensor):
        d = self.definition
        values = self.target(states).squeeze(-1)
        returns = lambda_returns(rewards, values, d["discount"], d["lambda"])
        advantage = (returns - values[:-1]).detach()
        if d["normalizeAdvantage"]:
            advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
        acted = states[:-1].detach()
        head = self.actor(acted)
        reinforce = -(self.policy.log_prob(head, actions.detach()) * advantage).mean()
        entropy = self.policy.entropy(head).mean()
        share = d["reinforceShare"]
        actor_loss = share * reinforce - (1 - share) * returns.mean() - d["entropyWeight"] * entropy
        critic_loss = 0.5 * F.mse_loss(self.critic(acted).squeeze(-1), returns.detach())
        parts = {
            "actorLoss": actor_loss,
            "criticLoss": critic_loss,
            "policyEntropy": entropy,
            "reward": rewards.mean(),
            "lambdaReturn": returns.mean(),
        }
        return actor_loss + d["criticWeight"] * critic_loss, parts


class Ditto(ActorCritic):
    """`experts`: all latents of the expert, of which the compared part is looked at (eq. 7); None for eq. 8."""

    def __init__(self, definition: dict, experts: Tensor | None):
        super().__init__(definition)
        self.experts = experts

    def loss(self, batch: dict[str, Tensor]):
        d = self.definition
        states, actions = self.rollout(batch)
        compared = slice(None) if d["rewardLatent"] == "full" else slice(self.architecture.deterministicSize)
        agent = states[1:, :, compared]
        if self.experts is None:
            rewards = latent_reward(d["rewardMeasure"], batch["expertLatents"][1:, :, compared], agent)
        else:
            rewards = nearest_reward(d["rewardMeasure"], self.experts, agent)
        loss, parts = self.actor_critic_loss(states, actions, rewards)
        return loss, parts | {"latentDistance": 1 - rewards.mean()}


class DreamGail(ActorCritic):
    """GAIL (eq. 3) in the world model; the gradient penalties by autograd applied twice."""

    def __init__(self, definition: dict):
        super().__init__(definition)
        a = self.architecture
        inputs = a.feature_size + a.actions if self.judges_actions else 2 * a.deterministicSize
        shape = (definition["discriminator"]["hiddenLayers"], definition["discriminator"]["hiddenUnits"])
        self.discriminator = perceptron(inputs, 1, *shape)

    @property
    def judges_actions(self) -> bool:
        return self.definition["discriminatorInput"] == "state-action"

    def judged(self, states: Tensor, actions: Tensor) -> Tensor:
        if self.judges_actions:
            return torch.cat((states[:-1], actions), -1)
        h = states[..., : self.architecture.deterministicSize]
        return torch.cat((h[:-1], h[1:]), -1)

    def penalty(self, expert: Tensor, agent: Tensor, interpolation: Tensor) -> Tensor:
        kind = self.definition["gradientPenalty"]
        if kind == "none":
            return torch.zeros((), dtype=expert.dtype)
        point = expert if kind == "r1" else torch.lerp(agent, expert, interpolation)
        point = point.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(self.discriminator(point).sum(), point, create_graph=True)
        if kind == "r1":
            return 0.5 * gradient.square().sum(-1).mean()
        return (gradient.norm(dim=-1) - 1).square().mean()

    def loss(self, batch: dict[str, Tensor]):
        d = self.definition
        states, actions = self.rollout(batch)
        steps, size = actions.shape[:2]
        expert_actions = action_vectors(self.architecture, batch["expertActions"], states.dtype)
        expert = self.judged(batch["expertLatents"], expert_actions.unflatten(0, (steps, size)))
        imagined = self.judged(states, actions)
        agent = imagined.detach()
        expert_logits, agent_logits = self.discriminator(expert), self.discriminator(agent)
        loss_of = F.binary_cross_entropy_with_logits
        classification = loss_of(expert_logits, torch.ones_like(expert_logits)) + loss_of(
            agent_logits, torch.zeros_like(agent_logits)
        )
        penalty = self.penalty(expert, agent, batch["interpolation"].unflatten(0, (steps, size)))
        fixed = {name: parameter.detach() for name, parameter in self.discriminator.named_parameters()}
        probability = torch.func.functional_call(self.discriminator, fixed, imagined).sigmoid().squeeze(-1)
        rewards = -(1 - probability).log() if d["adversarialReward"] == "log" else probability
        loss, parts = self.actor_critic_loss(states, actions, rewards)
        discriminator_loss = classification + d["gradientPenaltyWeight"] * penalty
        parts |= {
            "discriminatorLoss": discriminator_loss,
            "gradientPenalty": penalty,
            "expertProbability": expert_logits.sigmoid().mean(),
            "agentProbability": probability.mean(),
        }
        return loss + discriminator_loss, parts


class DreamBehaviorCloning(nn.Module):
    def __init__(self, definition: dict):
        super().__init__()
        self.definition = definition
        architecture = Architecture(**definition["architecture"])
        shape = (definition["perceptron"]["hiddenLayers"], definition["perceptron"]["hiddenUnits"])
        self.architecture = architecture
        self.policy = distribution(architecture.actionKind, definition["actionDistribution"], architecture.actions)
        self.actor = perceptron(architecture.feature_size, self.policy.head_size, *shape)

    def loss(self, batch: dict[str, Tensor]):
        """Eq. 9."""
        head = self.actor(batch["expertLatents"])
        actions = action_vectors(self.architecture, batch["expertActions"], head.dtype)
        entropy = self.policy.entropy(head).mean()
        likelihood = -self.policy.log_prob(head, actions).mean()
        parts = {
            "negativeLogLikelihood": likelihood,
            **self.policy.agreement(head, actions),
            "policyEntropy": entropy,
        }
        return likelihood - self.definition["entropyWeight"] * entropy, parts


class BehaviorCloning(nn.Module):
    def __init__(self, definition: dict):
        super().__init__()
        self.definition = definition
        shape = (definition["perceptron"]["hiddenLayers"], definition["perceptron"]["hiddenUnits"])
        depth = definition["convolutionDepth"]
        self.encoder = encoder(definition["imageChannels"], depth)
        space = self.space = SimpleNamespace(actionKind=definition["actionKind"], actions=definition["actions"])
        self.policy = distribution(space.actionKind, definition["actionDistribution"], space.actions)
        self.actor = perceptron(32 * depth, self.policy.head_size, *shape)

    def loss(self, batch: dict[str, Tensor]):
        dtype = self.actor[0].weight.dtype
        images = normalize_pixels(batch["observations"], self.definition["pixels"], dtype)
        head = self.actor(self.encoder(images))
        actions = action_vectors(self.space, batch["actions"], dtype)
        return -self.policy.log_prob(head, actions).mean(), self.policy.agreement(head, actions)
