"""The closed forms of `src/space/solvers/` written down in NumPy, for times beside ours: same inputs, same results wanted."""

import json
import sys
import time

import numpy as np


def read(given):
    return np.fromfile(given["path"], "float32").reshape(given["rows"], given["cols"])


def moments(x):
    mean = x.mean(0)
    centred = x - mean
    return mean, centred, centred.T @ centred / len(x)


def whitening(c, ridge):
    """R⁻¹ of c + ridge·λ̄·I."""
    root = np.linalg.cholesky(c + ridge * np.trace(c) / len(c) * np.eye(len(c), dtype=c.dtype))
    return np.linalg.inv(root).T.astype("float32")


def cca(x, y, dim, ridge):
    mx, xc, cx = moments(x)
    my, yc, cy = moments(y)
    wx, wy = whitening(cx, ridge), whitening(cy, ridge)
    u, s, vt = np.linalg.svd(wx.T @ (xc.T @ yc / len(x)) @ wy, full_matrices=False)
    return [wx @ u[:, :dim], wy @ vt[:dim].T], s[:dim]


def ridge(x, y, dim, ridge):
    mx, xc, cx = moments(x)
    my, yc, cy = moments(y)
    values, vectors = np.linalg.eigh(cy)
    v = vectors[:, ::-1][:, :dim]
    system = cx + ridge * np.trace(cx) / len(cx) * np.eye(len(cx), dtype=cx.dtype)
    return [np.linalg.solve(system, xc.T @ (yc @ v) / len(x)), v], values[::-1][:dim]


def procrustes(x, y, dim, ridge):
    mx, xc, cx = moments(x)
    my, yc, cy = moments(y)
    vx = np.linalg.eigh(cx)[1][:, ::-1][:, :dim]
    vy = np.linalg.eigh(cy)[1][:, ::-1][:, :dim]
    u, s, vt = np.linalg.svd((xc @ vx).T @ (yc @ vy))
    return [vx @ u, vy @ vt.T], s


held = {}
for line in sys.stdin:
    request = json.loads(line)
    if "inputs" in request:
        held["x"], held["y"] = [read(given) for given in request["inputs"]]
        print(json.dumps({"ready": True}), flush=True)
        continue
    start = time.perf_counter()
    maps, values = globals()[request["method"]](held["x"], held["y"], request["dim"], request["ridge"])
    print(json.dumps({"ms": (time.perf_counter() - start) * 1000, "values": [float(v) for v in values[:5]]}), flush=True)
