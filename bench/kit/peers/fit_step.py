"""The steps of `bench/fit-step.ts` in PyTorch on the processor: the same layers, batch, loss and optimiser, as one would write them.

Eager mode with the fused AdamW of the wheel, which is the fastest that it has without a compiler on the machine.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Act(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Plain(nn.Module):
    """512 → 1024 → 256."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(512, 1024), Act(), nn.Linear(1024, 256))

    def forward(self, x):
        return F.normalize(self.layers(x))


class Residual(nn.Module):
    """A linear map and a hidden layer beside it."""

    def __init__(self, width, hidden, dim, skip):
        super().__init__()
        self.skip = nn.Linear(width, dim) if skip else nn.Identity()
        self.inner = nn.Sequential(nn.Linear(width, hidden), Act(), nn.Linear(hidden, dim, bias=False))

    def forward(self, x):
        return self.skip(x) + self.inner(x)


class Towers(nn.Module):
    def __init__(self, kind, shape):
        super().__init__()
        if kind == "plain":
            self.towers = nn.ModuleList([Plain(), Plain()])
            self.trunk = nn.Identity()
            self.log_scale = torch.tensor(20.0).log()
        else:
            self.towers = nn.ModuleList(
                [Residual(shape["inputs"], shape["hidden"], shape["dim"], True) for _ in range(2)]
            )
            width = shape["trunk"]
            self.trunk = Residual(shape["dim"], width, shape["dim"], False) if width else nn.Identity()
            self.log_scale = nn.Parameter(torch.tensor(10.0).log())

    def forward(self, a, b):
        first, second = [F.normalize(self.trunk(tower(x))) for tower, x in zip(self.towers, (a, b))]
        return self.log_scale.exp() * first @ second.T


def start(request):
    torch.manual_seed(1)
    shape = request["shape"]
    model = Towers(request["kind"], shape)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=1e-3, fused=True)
    batch = request["batch"]
    inputs = [torch.randn(batch, shape["inputs"]) for _ in range(2)]
    return model, optimiser, inputs, torch.arange(batch)


def step(model, optimiser, inputs, targets):
    logits = model(*inputs)
    loss = (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)) / 2
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss


state = None
for line in sys.stdin:
    request = json.loads(line)
    if "kind" in request:
        state = start(request)
        step(*state)
        print(json.dumps({"threads": torch.get_num_threads()}), flush=True)
        continue
    begun = time.perf_counter()
    for _ in range(request["steps"]):
        loss = step(*state)
    ms = (time.perf_counter() - begun) * 1000 / request["steps"]
    print(json.dumps({"ms": ms, "loss": float(loss.detach())}), flush=True)
