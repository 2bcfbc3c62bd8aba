"""DF-GT as the paper's authors released it, written plainly in PyTorch: one ExpG a case, one case at a time.

Usage: df_gt.py SIZE WIDTH DEPTH ITERATIONS CASES RATERS THREADS FROZEN
FROZEN 0: gradients for all parameters, as released. 1: the network's parameters take no gradient.
Prints {"seconds": ...} for all cases, after a warm-up of two iterations.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SIZE, WIDTH, DEPTH, ITERATIONS, CASES, RATERS, THREADS, FROZEN = map(int, sys.argv[1:9])
torch.set_num_threads(THREADS)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.a = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.na = nn.BatchNorm2d(channels)
        self.b = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.nb = nn.BatchNorm2d(channels)
        self.skip = None
        if stride != 1 or channels_in != channels:
            self.skip = nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.nb(self.b(F.relu(self.na(self.a(x)))))
        return F.relu(y + (self.skip(x) if self.skip else x))


def resnet(depth, width):
    """ResNet18 or 34 with the 3 x 3 stem, as in the released code: image and mask in, one logit out."""
    layers = [nn.Conv2d(4, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    channels = width
    for stage, blocks in enumerate({18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}[depth]):
        for block in range(blocks):
            layers.append(Block(channels, width * 2**stage, 2 if stage and not block else 1))
            channels = width * 2**stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1))


class CompositeArctangent(nn.Module):
    def forward(self, x):
        a = torch.atan(x)
        return torch.cat([a / 0.67, a * a / 0.6], 1)


def exp_g(raters, layers=8, width=24):
    modules = []
    for layer in range(layers):
        conv = nn.Conv2d(2 if layer == 0 else 2 * width, width if layer < layers - 1 else raters, 1)
        nn.init.normal_(conv.weight, 0, (1 / conv.in_channels) ** 0.5)
        nn.init.zeros_(conv.bias)
        modules.append(conv)
        if layer < layers - 1:
            modules.append(CompositeArctangent())
    nn.init.zeros_(modules[-1].weight)
    return nn.Sequential(*modules, nn.Sigmoid())


def fit(network, image, masks, label, iterations):
    side = torch.linspace(-(3**0.5), 3**0.5, SIZE)
    position = torch.stack(torch.meshgrid(side, side, indexing="ij"))[None]
    generator = exp_g(RATERS)
    optimizer = torch.optim.Adam(generator.parameters(), lr=5e-3)
    for _ in range(iterations):
        optimizer.zero_grad()
        fused = (masks * torch.softmax(generator(position), 1)).sum(1, keepdim=True)
        logit = network(torch.cat([image, fused], 1)).mean()
        (-logit if label else logit).backward()
        optimizer.step()
    return fused.detach()


network = resnet(DEPTH, WIDTH).eval()
if FROZEN:
    network.requires_grad_(False)
images = torch.rand(CASES, 1, 3, SIZE, SIZE)
masks = (torch.rand(CASES, 1, RATERS, SIZE, SIZE) > 0.5).float()
fit(network, images[0], masks[0], 1, 2)
start = time.perf_counter()
for case in range(CASES):
    fit(network, images[case], masks[case], case % 2, ITERATIONS)
print(json.dumps({"seconds": time.perf_counter() - start, "torch": torch.__version__}))
