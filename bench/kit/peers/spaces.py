"""Shared spaces as one would fit them in Python: regularised CCA (cca-zoo), ridge regression (scikit-learn), two towers (PyTorch).

Each gets the same features and training pairs as ours and narrows them to as many principal components. Whether these are
whitened, how strong it is and how many of its numbers are kept it chooses on the same validation pairs, in the same turns, by
mean average precision; it fits again on both, and gives embeddings of the test items.
"""

import json
import sys
import time

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge


def read(given):
    return np.fromfile(given["path"], "float32").reshape(given["rows"], given["cols"])


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def average_precision(a, b, meanings_a, meanings_b):
    scores = []
    similarity = unit(a) @ unit(b).T
    for row, meaning in zip(similarity, meanings_a):
        right = meanings_b[np.argsort(-row)] == meaning
        if right.any():
            scores.append((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())
    return float(np.mean(scores)) if scores else 0.0


class Narrow:
    def __init__(self, x, rank, whiten):
        self.pca = PCA(min(rank, *x.shape) - 1, whiten=whiten, svd_solver="randomized", random_state=1).fit(x)
        self.scale = self.pca.transform(x).std()

    def __call__(self, x):
        return (self.pca.transform(x) / self.scale).astype("float32")


def by_meaning(x, y, meanings):
    """Each item beside the mean of the other sense's items of its meaning, which is how pairs tell of labels."""
    _, classes, counts = np.unique(meanings, return_inverse=True, return_counts=True)
    if (counts == 1).all():
        return x, y
    means = []
    for view in (x, y):
        sums = np.zeros((len(counts), view.shape[1]), "float32")
        np.add.at(sums, classes, view)
        means.append((sums / counts[:, None])[classes])
    return np.vstack([x, means[0]]), np.vstack([means[1], y])


def rcca(x, y, meanings, strength):
    from cca_zoo.linear import RidgeCCA

    x, y = by_meaning(x, y, meanings)
    model = RidgeCCA(n_components=min(256, x.shape[1], y.shape[1]), shrinkage=strength).fit([x, y])

    def embed(views):  # it transforms views of equally many rows alone
        beside = lambda rows, width: np.zeros((len(rows), width), "float32")
        a, b = views
        return model.transform([a, beside(a, y.shape[1])])[0], model.transform([beside(b, x.shape[1]), b])[1]

    return embed


def ridge(x, y, meanings, strength):
    x, y = by_meaning(x, y, meanings)
    model = Ridge(alpha=strength * len(x)).fit(x, y)
    return lambda views: (model.predict(views[0]), views[1])


def towers(x, y, meanings, epochs):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.manual_seed(1)

    def tower(width):
        return nn.Sequential(nn.Linear(width, 512), nn.GELU(), nn.Linear(512, 256))

    pair = nn.ModuleList([tower(x.shape[1]), tower(y.shape[1])])
    scale = nn.Parameter(torch.tensor(10.0).log())
    optimiser = torch.optim.AdamW([*pair.parameters(), scale], lr=1e-3, weight_decay=0.1)
    data = [torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(meanings)]
    for _ in range(int(epochs)):
        for batch in torch.randperm(len(x)).split(1024):
            a, b, meaning = [part[batch] for part in data]
            logits = scale.exp().clamp(max=100) * F.normalize(pair[0](a)) @ F.normalize(pair[1](b)).T
            same = (meaning[:, None] == meaning[None, :]).float()
            targets = same / same.sum(1, keepdim=True)
            loss = (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets.T / targets.T.sum(1, keepdim=True))) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        return lambda views: [part(torch.from_numpy(view)).detach().numpy() for part, view in zip(pair, views)]


every = [None]
# What fits, its strengths, and how many of its leading numbers are kept: components of few labels are soon noise.
methods = {
    "rcca": (rcca, [0.1, 0.5, 0.9], [8, 16, 32, 64, 128, 256]),
    "ridge": (ridge, [0.01, 0.1, 1.0], every),
    "towers": (towers, [10, 40, 100], every),
}


def run(request):
    fit, strengths, widths = methods[request["method"]]
    views = [read(given) for given in request["pairs"]]
    turns = [np.array(held, bool) for held in request["turns"]]
    meanings = np.array(request["meanings"])
    start = time.perf_counter()
    found = {}
    for held in turns:
        for whiten in (True, False):
            narrow = [Narrow(view[~held], request["rank"], whiten) for view in views]
            inputs = [into(view) for into, view in zip(narrow, views)]
            for strength in strengths:
                embed = fit(inputs[0][~held], inputs[1][~held], meanings[~held], strength)
                a, b = embed([view[held] for view in inputs])
                for width in widths:
                    score = average_precision(a[:, :width], b[:, :width], meanings[held], meanings[held])
                    found.setdefault((whiten, strength, width), []).append(score)
    whiten, strength, width = max(found, key=lambda setting: np.mean(found[setting]))
    narrow = [Narrow(view, request["rank"], whiten) for view in views]
    inputs = [into(view) for into, view in zip(narrow, views)]
    embed = fit(inputs[0], inputs[1], meanings, strength)
    seconds = time.perf_counter() - start
    tests = [into(read(given)) for into, given in zip(narrow, request["tests"])]
    outs = [unit(np.asarray(view)[:, :width]).astype("float32") for view in embed(tests)]
    for out, path in zip(outs, request["into"]):
        out.tofile(path)
    return {"seconds": seconds, "whiten": whiten, "strength": strength, "width": width, "dim": int(outs[0].shape[1])}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
