import type { NetworkFacts } from '../network-entry.js';
import type { MultiRaterOptions } from './multi-rater-options.js';

const published = { depth: 50 } as const;
const sizes = 'multiples of 32, or 8 with the `cifar` stem';

/** What tables say of each multi-rater network. */
export const facts = {
  multiHead: {
    idea: 'one head per rater on one trunk; the prediction is their mean',
    training: 'cross-entropy of each head against its rater',
    source: 'the paper’s text, per pixel',
    ...{ sizes, published },
  },
  wdNet: {
    idea: '`multiHead`, and averaging weights learned on top',
    training: 'cross-entropy of the heads, and of their weighted mean against the mean vote',
    source: 'the paper’s text; both stages in one training',
    ...{ sizes, published },
  },
  aggNet: {
    idea: 'expectation–maximisation of an image network and of confusion matrices',
    training: 'cross-entropy against the expected label, which is found anew',
    source: 'the paper’s text, and the code of Cao et al.; its traps (missing votes as class 0) avoided',
    ...{ sizes, published },
  },
  maxMig: {
    idea: 'image network and aggregator with the most mutual information',
    training: 'minus a lower bound of the mutual information of both',
    source: 'official code',
    ...{ sizes, published },
  },
  probabilisticUnet: {
    idea: 'a U-Net with a latent vector for the opinion',
    training: 'cross-entropy of one drawn rater, and the divergence of posterior from prior',
    sizes: 'multiples of 64 with the paper’s seven levels',
    source: 'official code',
    published: { width: 32, levels: 7 },
  },
  phiSeg: {
    idea: 'a hierarchy of latent maps',
    training: 'cross-entropy of one drawn rater at every level, and the divergences of the levels',
    sizes: 'multiples of 64 with the paper’s seven levels',
    published: { width: 32, levels: 7 },
    source: 'official code; log σ in the place of softplus',
  },
  mrNet: {
    idea: 'a U-Net under a vector of expertness',
    training: 'cross-entropy under three vectors, reconstruction, attention',
    source: 'official code; a small reconstruction network; two slips mended',
    sizes,
    published: { depth: 34 },
  },
  cmNet: {
    idea: 'a confusion matrix per rater and pixel',
    training: 'cross-entropy of each rater’s expected mask, and the trace',
    source: 'the idea; trunk and start were chosen',
    ...{ sizes, published },
  },
  stochasticSegmentation: {
    idea: 'a Gaussian of low rank over the logits',
    training: 'the likelihood of each rater’s mask over drawn logits',
    source: 'the idea; the trunk was chosen',
    ...{ sizes, published },
  },
} as const satisfies Record<string, NetworkFacts<MultiRaterOptions & { levels?: number }>>;
