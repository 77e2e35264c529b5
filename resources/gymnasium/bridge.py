"""Plays Gymnasium's environments for DITTO Studio.

Reads one JSON request a line from standard input and answers each with one JSON line on standard output, followed by as
many bytes of pixels as that line's "bytes" says. Ends when its input ends.

  {"call": "list"}                                            -> {"ids": [...], "versions": {...}}
  {"call": "make", "id": ..., "channels": 1, 3 or null, "maximumSteps": ... or null}
                                                              -> {"key": 0, "specification": {...}, "versions": {...}}
  {"call": "reset", "key": 0, "seed": 7}                      -> {} and an observation
  {"call": "step", "key": 0, "action": 2 or [0.1, -1]}        -> {"reward", "terminated", "truncated"} and an observation
  {"call": "screen", "key": 0}                                -> {"shape": [height, width, 3]} and the picture in full size

Observations are uint8 [64, 64, channels]. What goes wrong is answered with {"error": "..."}.
"""

import importlib.metadata
import json
import os
import platform
import sys

# Some environments print; what they print must not stand between the answers.
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
# Pictures are drawn without a window.
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import cv2  # noqa: E402
import gymnasium  # noqa: E402
import numpy as np  # noqa: E402

try:
    import ale_py  # noqa: E402
except ImportError:
    ale_py = None
else:
    gymnasium.register_envs(ale_py)
    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)

# The environments of several processes share the cores.
cv2.setNumThreads(1)

SIZE = 64
# An image smaller than this is a board of symbols, not a picture.
SMALLEST_PICTURE = 32
# Of Atari 2600 at four frames a step: 30 minutes, as in the Arcade Learning Environment.
MAXIMUM_ATARI_STEPS = 27_000
MAXIMUM_STEPS = 1_000


class Game:
    """One instance of an environment, with pixels as observations."""

    def __init__(self, id, channels, maximum_steps):
        self.environment = gymnasium.make(id, render_mode="rgb_array", max_episode_steps=-1)
        self.is_atari = ale_py is not None and isinstance(self.environment.unwrapped, ale_py.AtariEnv)
        self.channels = channels or (1 if self.is_atari else 3)
        limit = MAXIMUM_ATARI_STEPS if self.is_atari else MAXIMUM_STEPS
        own = gymnasium.registry[self.environment.spec.id].max_episode_steps
        self.maximum_steps = maximum_steps or own or limit
        self.preprocessed = self.is_atari and self.environment.unwrapped._frameskip == 1
        if self.preprocessed:
            # As the paper's data: up to 30 idle frames first, four frames a step, of which the last two are joined.
            self.environment = gymnasium.wrappers.AtariPreprocessing(
                self.environment, screen_size=SIZE, grayscale_obs=self.channels == 1
            )
        space = self.environment.observation_space
        self.sees_pixels = (
            isinstance(space, gymnasium.spaces.Box)
            and space.dtype == np.uint8
            and (len(space.shape) == 2 or (len(space.shape) == 3 and space.shape[2] in (1, 3)))
            and min(space.shape[:2]) >= SMALLEST_PICTURE
        )
        self.actions = self.environment.action_space
        if isinstance(self.actions, gymnasium.spaces.Box):
            if self.actions.dtype.kind != "f" or not self.actions.is_bounded():
                raise ValueError(f"its actions are {self.actions}: only bounded vectors of real numbers are supported")
        elif not isinstance(self.actions, gymnasium.spaces.Discrete):
            raise ValueError(f"its actions are {self.actions}: only Discrete and Box are supported")
        self.elapsed = 0

    def specification(self):
        specification = {"channels": self.channels, "maximumSteps": self.maximum_steps}
        if isinstance(self.actions, gymnasium.spaces.Box):
            count = int(np.prod(self.actions.shape))
            return {**specification, "actionKind": "continuous", "actions": [f"action {index}" for index in range(count)]}
        count = int(self.actions.n)
        unwrapped = self.environment.unwrapped
        names = unwrapped.get_action_meanings() if self.is_atari else [f"action {index}" for index in range(count)]
        return {**specification, "actionKind": "discrete", "actions": [name.lower() for name in names]}

    def reset(self, seed):
        observation, _ = self.environment.reset(seed=seed)
        self.elapsed = 0
        # Games that wait for the fire button show nothing before it.
        if self.waits_for_fire():
            observation, _, terminated, truncated, _ = self.environment.step(1)
            if terminated or truncated:
                observation, _ = self.environment.reset(seed=seed)
        return self.pixels(observation)

    def waits_for_fire(self):
        return self.preprocessed and self.environment.unwrapped.get_action_meanings()[1] == "FIRE"

    def step(self, action):
        if isinstance(self.actions, gymnasium.spaces.Box):
            low, high = self.actions.low.ravel(), self.actions.high.ravel()
            values = low + (np.clip(np.asarray(action, np.float64), -1, 1) + 1) / 2 * (high - low)
            action = values.reshape(self.actions.shape).astype(self.actions.dtype)
        else:
            action = int(self.actions.start) + int(action)
        observation, reward, terminated, truncated, _ = self.environment.step(action)
        if not np.isfinite(reward):
            raise ValueError(f"its reward is {reward}")
        self.elapsed += 1
        truncated = not terminated and (truncated or self.elapsed >= self.maximum_steps)
        outcome = {"reward": float(reward), "terminated": bool(terminated), "truncated": bool(truncated)}
        return outcome, self.pixels(observation)

    def pixels(self, observation):
        """uint8 [64, 64, channels], by area averaging."""
        picture = observation if self.sees_pixels else self.environment.render()
        if not isinstance(picture, np.ndarray) or picture.ndim not in (2, 3):
            raise ValueError("it draws no pictures: its rgb_array render mode gives none")
        if picture.shape[:2] != (SIZE, SIZE):
            picture = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        picture = picture.reshape(SIZE, SIZE, -1)
        if picture.shape[2] == 3 and self.channels == 1:
            picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        elif picture.shape[2] == 1 and self.channels == 3:
            picture = np.repeat(picture, 3, axis=2)
        return np.ascontiguousarray(picture, np.uint8)

    def screen(self):
        return np.ascontiguousarray(self.environment.unwrapped.render(), np.uint8)


def versions():
    packages = ["gymnasium", "ale-py", "numpy", "opencv-python-headless", "opencv-python"]
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


games = []


def answer(request):
    """The header and the pixels, if any."""
    call = request["call"]
    if call == "list":
        return {"ids": sorted(gymnasium.registry), "versions": versions()}, None
    if call == "make":
        # "package:Id" has Gymnasium import the package that registers the environment.
        game = Game(request["id"], request["channels"], request["maximumSteps"])
        games.append(game)
        return {"key": len(games) - 1, "specification": game.specification(), "versions": versions()}, None
    game = games[request["key"]]
    if call == "reset":
        return {}, game.reset(request["seed"])
    if call == "step":
        return game.step(request["action"])
    if call == "screen":
        screen = game.screen()
        return {"shape": screen.shape}, screen
    raise ValueError(f"there is no call {call}")


for line in sys.stdin.buffer:
    try:
        header, pixels = answer(json.loads(line))
    except Exception as error:  # Whatever an environment throws is for the person who chose it.
        header, pixels = {"error": f"{type(error).__name__}: {error}"}, None
    data = b"" if pixels is None else pixels.tobytes()
    answers.write(json.dumps({**header, "bytes": len(data)}).encode() + b"\n" + data)
    answers.flush()
