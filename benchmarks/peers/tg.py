"""A training step of the T&G network in PyTorch.

Usage: tg.py VARIANT SIZE WIDTH FILTERS HEADS BATCH THREADS STEPS
Prints {"weights": trained weights, "step": ms}, the median over STEPS steps after two to warm up.

The same network as @diff/tg-model's: ResNet18 encoder (torchvision's stem), a U-Net decoder and a coarse one, a frozen
DL-CAT on image and coarse mask, Give and Take at B1, B2, B3.
"""

import json
import math
import os
import statistics
import sys
import time

# Threads that wait without spinning: on a shared machine the others would wait for their turn, for seconds.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import nn
from torch.nn import functional as F

VARIANT = sys.argv[1]
SIZE, WIDTH, FILTERS, HEADS, BATCH, THREADS, STEPS = map(int, sys.argv[2:9])
BLOCKS = ["B1", "B2", "B3"]
torch.set_num_threads(THREADS)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters)
        self.downsample = nn.Identity()
        if stride != 1 or inputs != filters:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.downsample(x))


class ResNet(nn.Module):
    """Features by level, finest first."""

    def __init__(self, channels):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(channels, WIDTH, 7, 2, 3, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU())
        stages, inputs = [], WIDTH
        for stage in range(4):
            filters = WIDTH * 2**stage
            stages.append(nn.Sequential(Block(inputs, filters, 2 if stage else 1), Block(filters, filters, 1)))
            inputs = filters
        self.stages = nn.ModuleList(stages)

    def forward(self, x):
        x = self.stem(x)
        features = {"stem": x}
        x = F.max_pool2d(x, 3, 2, 1)
        for i, stage in enumerate(self.stages):
            x = stage(x)
            features[f"B{i + 1}"] = x
        return features


class Decoder(nn.Module):
    def __init__(self, channels, take=None):
        super().__init__()
        half = FILTERS // 2
        names = list(channels)
        self.up, self.skip, self.norm = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        below = channels[names[-1]]
        for name in names[-2::-1]:
            self.up[name] = nn.ConvTranspose2d(below, half, 2, 2)
            self.skip[name] = nn.Conv2d(channels[name], half, 1)
            self.norm[name] = nn.BatchNorm2d(FILTERS)
            below = FILTERS
        self.logits = nn.ConvTranspose2d(FILTERS, 1, 2, 2)

    def forward(self, features, before=lambda x, name: x):
        names = list(features)
        x = before(features[names[-1]], names[-1])
        for name in names[-2::-1]:
            x = torch.cat([self.up[name](x), self.skip[name](features[name])], 1)
            x = before(self.norm[name](F.relu(x)), name)
        return self.logits(x)


def attend(q, k, v):
    split = lambda x: x.unflatten(2, (HEADS, -1)).transpose(1, 2)
    out = F.scaled_dot_product_attention(split(q), split(k), split(v))
    return out.transpose(1, 2).flatten(2)


def sine(rows, columns, depth):
    def axis(count, features):
        place = torch.arange(1, count + 1) / (count + 1e-6) * 2 * math.pi
        j = torch.arange(features)
        angle = place[:, None] / 10000 ** ((j - j % 2) / features)
        return torch.where(j % 2 == 0, angle.sin(), angle.cos())

    half = (depth + 1) // 2
    down = axis(rows, half)[:, None].expand(-1, columns, -1)
    across = axis(columns, depth - half)[None].expand(rows, -1, -1)
    return torch.cat([down, across], 2).reshape(1, rows * columns, depth)


class Paper(nn.Module):
    def __init__(self, query, key, side):
        super().__init__()
        self.patch = 1
        while (self.patch * 2) ** 2 * max(query, key) <= 1024 and (side / (self.patch * 2)) ** 2 >= 64:
            self.patch *= 2
        area = self.patch**2
        linear = lambda i: nn.Linear(i * area, key * area, bias=False)
        self.q, self.k, self.v, self.mlp1, self.mlp2 = linear(query), linear(key), linear(key), linear(key), linear(key)
        grid = side // self.patch
        self.register_buffer("eq", sine(grid, grid, query * area))
        self.register_buffer("ek", sine(grid, grid, key * area))

    def forward(self, query, key):
        tokens = lambda x: F.unfold(x, self.patch, stride=self.patch).transpose(1, 2)
        f, g = tokens(query), tokens(key)
        a = attend(self.q(f + self.eq), self.k(g + self.ek), self.v(g))
        out = self.mlp2(F.gelu(self.mlp1(a))).transpose(1, 2)
        return F.fold(out, query.shape[2:], self.patch, stride=self.patch)


class Embed(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.near, self.map = nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs), nn.Linear(inputs, outputs, bias=False)

    def forward(self, x):
        return self.map(self.near(x).flatten(2).transpose(1, 2))


class Released(nn.Module):
    def __init__(self, query, key, side):
        super().__init__()
        self.x, self.p = Embed(query, key), Embed(key, key)
        self.norm, self.nq, self.nk, self.nv, self.nm = (nn.LayerNorm(key) for _ in range(5))
        self.q, self.k, self.v = (nn.Linear(key, key, bias=False) for _ in range(3))
        self.project, self.mlp1, self.mlp2 = nn.Linear(key, key), nn.Linear(key, 3 * key), nn.Linear(3 * key, key)
        self.eq, self.ek = (nn.Parameter(0.02 * torch.randn(1, side**2, key // HEADS)) for _ in range(2))

    def forward(self, query, key):
        x, p = self.norm(self.x(query)), self.norm(self.p(key))
        place = lambda t, e: t + e.tile(1, 1, HEADS)
        a = attend(self.q(self.nq(place(x, self.eq))), self.k(self.nk(place(p, self.ek))), self.v(self.nv(p)))
        drop = lambda branch: branch * (torch.rand(len(branch), 1, 1) >= 0.05) / 0.95
        x = x + drop(self.project(a))
        x = x + drop(self.mlp2(F.gelu(self.mlp1(self.nm(x)))))
        return x.transpose(1, 2).unflatten(2, query.shape[2:])


class TakeAndGive(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = ResNet(3)
        channels = {"stem": WIDTH} | {f"B{i + 1}": WIDTH * 2**i for i in range(4)}
        self.decoder, self.coarse = Decoder(channels), Decoder(channels)
        module = {"paper": Paper, "released": Released}[VARIANT]
        side = {f"B{i + 1}": SIZE // 2 ** (i + 2) for i in range(4)}
        self.give = nn.ModuleDict({b: module(channels[b], channels[b], side[b]) for b in BLOCKS})
        self.take = nn.ModuleDict({b: module(channels[b], FILTERS, side[b]) for b in BLOCKS})
        self.diagnosis = ResNet(4)
        self.diagnosis.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.diagnosis.eval()
        return self

    def forward(self, image):
        features = self.encoder(image)
        coarse = self.coarse(features)
        known = self.diagnosis(torch.cat([image, coarse.sigmoid()], 1))
        take = lambda x, name: self.take[name](self.give[name](features[name], known[name]), x) if name in BLOCKS else x
        return self.decoder(features, take), coarse


net = TakeAndGive().train()
weights = [p for p in net.parameters() if p.requires_grad]
optimizer = torch.optim.Adam(weights, lr=1e-4)
image = torch.rand(BATCH, 3, SIZE, SIZE)
mask = torch.rand(BATCH, 1, SIZE, SIZE)


def step():
    optimizer.zero_grad()
    fine, coarse = net(image)
    loss = F.binary_cross_entropy_with_logits(fine, mask) + F.binary_cross_entropy_with_logits(coarse, mask)
    loss.backward()
    optimizer.step()
    return loss.item()


times = []
for _ in range(STEPS + 2):
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"weights": sum(p.numel() for p in weights), "step": statistics.median(times[2:])}))
