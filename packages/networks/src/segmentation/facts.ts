import type { NetworkFacts } from '../network-entry.js';
import type { CeNetOptions } from './ce-net.js';

const asResUnet = 'multiples of 32, or 8 with the `cifar` stem';

/** What tables say of each segmentation network. */
export const facts = {
  resUnet: {
    idea: 'ResNet encoder, U-Net decoder',
    training: 'cross-entropy',
    sizes: `${asResUnet}; the paper’s 256 × 256`,
    source: 'the code that the DiFF paper’s authors released',
    published: { depth: 50 },
  },
  ceNet: {
    idea: 'dilated and pooled context between a ResNet34 and a decoder of added skips',
    training: 'cross-entropy',
    sizes: `${asResUnet}; the code’s 448 × 448`,
    source: 'official code, whose loss it is too; weights of the release come over (`importSegmentation`)',
    madeFor: 'fundus',
  },
  atNet: {
    idea: 'attention U-Net whose encoder was trained on other data: `carryOver(pretrained, network, "encoder.")`',
    training: 'cross-entropy',
    sizes: 'multiples of 16',
    source: 'the abstract; gates from the code of Oktay et al.',
    madeFor: 'fundus',
  },
  jaccNet: {
    idea: '19 layers of convolution and deconvolution, no skips',
    training: '`jaccardLoss`',
    sizes: 'multiples of 16',
    source: 'the abstract; how the layers are spread was chosen',
    madeFor: 'skin',
  },
  frCn: {
    idea: 'VGG16’s convolutions at full resolution',
    training: 'cross-entropy',
    sizes: 'any',
    source: 'the idea; two 1 × 1 layers of 16 · `width` channels were chosen',
    madeFor: 'skin',
  },
  agNet: {
    idea: 'the image at four sizes, and guided filters under attention in place of skips',
    training: '`agNetTask`: cross-entropy of five outputs',
    sizes: 'multiples of 16; the code’s 512 × 512',
    source: 'official code; the filter normalised as in the paper; weights of the release come over',
    madeFor: 'fundus',
  },
  ddn: {
    idea: 'ResNet, chained residual pooling, dense deconvolution up to the image’s size, supervised at every level',
    training: '`ddnTask`: cross-entropy, half of it for each side',
    sizes: asResUnet,
    source: 'the abstract; widths, ResNet18, chains of two and sides were chosen',
    madeFor: 'skin',
  },
  iFcn: {
    idea: 'VGG16’s convolutions, added skips from every level, each refined by a residual block',
    training: 'cross-entropy',
    sizes: 'multiples of 16',
    source: 'the abstract; skips of `width` channels were chosen',
    madeFor: 'skin',
  },
  mpCnn: {
    idea: 'one trunk with dilated convolutions, one prong per structure',
    training: 'cross-entropy',
    sizes: 'multiples of 4',
    source: 'the abstract; widths, rates and prongs as decoders of a U-Net were chosen',
    madeFor: 'thyroid',
  },
  trfeNet: {
    idea: 'U-Net with a decoder for the gland, whose probability gates the nodule’s',
    training:
      '`trfeNetTask({ glands })`: soft Dice of both, images with outlines of the gland beside the batch',
    sizes: 'multiples of 16; the code’s 224 × 224',
    source: 'official code; without outlines of the gland a stand-in; weights of the release come over',
    madeFor: 'thyroid',
  },
  casCnn: {
    idea: 'a cascade that narrows the region: U-Net, classifier of cells, fully convolutional network',
    training: '`casCnnTask`: the losses of all three stages',
    sizes: 'multiples of 8',
    source: 'the abstract; the three networks, margins and joint training were chosen',
    madeFor: 'thyroid',
  },
  pOsal: {
    idea: 'DeepLabV3+ on MobileNetV2 and a discriminator of patches',
    training: '`pOsalTask({ target })`: Dice, smoothness, adversarial; `target`: images of the other domain',
    sizes: 'multiples of 8; the code’s 512 × 512 around the disc',
    source: 'official code; both losses in one step',
    madeFor: 'fundus',
  },
  beal: {
    idea: 'DeepLabV3+ on MobileNetV2 with a branch for the boundary, discriminators of boundary and entropy',
    training: '`bealTask({ target })`: cross-entropy, squared error of the boundary, adversarial',
    sizes: 'multiples of 16; the code’s 512 × 512 around the disc',
    source: 'official code; no warm-up; weights of the release come over, but for the discriminators',
    madeFor: 'fundus',
  },
  tnsNet: {
    idea: 'two DeepLabV3+ on MobileNetV2, region and shape, with attention from shape to region',
    training: '`tnsNetTask`: cross-entropy of region and boundary',
    sizes: 'multiples of 16',
    source: 'the abstract; where the attention stands and the boundary’s width were chosen',
    madeFor: 'thyroid',
  },
  tnsCnn: {
    idea: 'a classifier of 45 × 45 patches slid over the image in several views',
    training: '`tnsCnnTask`: cross-entropy of drawn patches, half inside',
    sizes: 'any',
    source: 'the abstract; layers and views were chosen',
    madeFor: 'thyroid',
  },
  unver: {
    idea: 'a detector of the lesion’s box (DarkNet-53, as YOLOv3), then GrabCut in the picture without hair, then morphology',
    training: '`unverTask`: the detector’s loss',
    sizes: 'multiples of 32',
    source: 'the paper’s four steps; one coarse grid; GrabCut from the paper of Rother et al.',
    madeFor: 'skin',
  },
} as const satisfies Record<string, NetworkFacts<CeNetOptions>>;
