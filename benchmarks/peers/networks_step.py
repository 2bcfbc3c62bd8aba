"""One training step of DL-CAT (ResNet18, torchvision's stem) in PyTorch, and one pass forwards and back to the input.

Usage: networks_step.py SIZE WIDTH BATCH THREADS STEPS
Prints {"train": ms, "frozen": ms}: medians over STEPS steps, after two to warm up.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SIZE, WIDTH, BATCH, THREADS, STEPS = map(int, sys.argv[1:6])
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


layers = [nn.Conv2d(4, WIDTH, 7, 2, 3, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
channels = WIDTH
for stage in range(4):
    for block in range(2):
        layers.append(Block(channels, WIDTH * 2**stage, 2 if stage and not block else 1))
        channels = WIDTH * 2**stage
net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)
x = torch.rand(BATCH, 4, SIZE, SIZE)
y = (torch.arange(BATCH) % 2).float()[:, None]


def train():
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(net(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def frozen():
    image = x.clone().requires_grad_()
    net(image).sum().backward()
    return image.grad.sum().item()


def median(step):
    times = []
    for _ in range(STEPS + 2):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[2:])


result = {"train": median(train)}
net.eval()
for parameter in net.parameters():
    parameter.requires_grad_(False)
result["frozen"] = median(frozen)
print(json.dumps(result))
