"""The U-Net of the training suite in PyTorch: a step for each line read, answered with its loss."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

threads, batch, layout = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
torch.manual_seed(1)
memory_format = torch.channels_last if layout == "channels-last" else torch.contiguous_format


def block(inputs, filters):
    layers = []
    for channels in (inputs, filters):
        layers += [nn.Conv2d(channels, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([block(3, 16), block(16, 32), block(32, 64)])
        self.bottom = block(64, 128)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * f, f, 2, 2) for f in (64, 32, 16)])
        self.join = nn.ModuleList([block(2 * f, f) for f in (64, 32, 16)])
        self.last = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        skips = []
        for down in self.down:
            skips.append(down(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for up, join in zip(self.up, self.join):
            x = join(torch.cat([skips.pop(), up(x)], 1))
        return self.last(x)


model = UNet().to(memory_format=memory_format)
images = torch.rand(batch, 3, 96, 96).contiguous(memory_format=memory_format)
masks = (images[:, :1] > 0.5).float()
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
print(torch.__version__, sum(p.numel() for p in model.parameters()), flush=True)
for _ in sys.stdin:
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(model(images), masks)
    loss.backward()
    optimizer.step()
    print(loss.item(), flush=True)
