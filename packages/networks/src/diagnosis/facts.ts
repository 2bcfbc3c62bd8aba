import type { NetworkFacts } from '../network-entry.js';
import type { DiagnosisOptions } from './diagnosis-options.js';

const published = { depth: 50 } as const;
const sizes = 'any; the paper’s 256 × 256';
const training = 'cross-entropy';

/** What tables say of each diagnosis network. */
export const facts = {
  noMask: {
    idea: 'a ResNet on the image alone',
    training,
    sizes,
    published,
    source: 'the text of the DiFF paper',
  },
  dlCat: {
    idea: 'image and mask channels into one ResNet',
    source: 'the text of the DiFF paper, and the code that its authors released',
    ...{ training, sizes, published },
  },
  dlRoi: {
    idea: 'the image cropped to the mask’s box; the mask only says where',
    source: 'the idea; a box of the expected mask and a square crop were chosen',
    ...{ training, sizes, published },
  },
  dlAtt: {
    idea: 'features multiplied by the mask, or by an attention that the mask supervises (`attentionTask`)',
    source: 'the idea; the mask stands in the attention’s place, as in the DiFF paper',
    ...{ training, sizes, published },
  },
  dlSeAt: {
    idea: 'low-level features take up features of the mask at several scales by attention',
    source: 'the abstract; sizes and a trained gain were chosen',
    ...{ training, sizes, published },
  },
  dlSsl: {
    idea: 'sees the image alone; in training a teacher that sees the mask says what to see',
    training: '`dlSslTask`: cross-entropy and the teacher’s map; the teacher looks one step ahead',
    source: 'official code; a small teacher, and its pool half of each batch',
    ...{ sizes, published },
  },
  dlSslMask: {
    idea: 'as `dlSsl`, but sees the mask too',
    training: '`dlSslTask`: cross-entropy and the teacher’s map; the teacher looks one step ahead',
    source: 'official code; the mask for the student was added here',
    ...{ sizes, published },
  },
  baselineDia: {
    idea: 'mask features and high-level features make the attention for the low-level features',
    source: 'the text; one attention for all structures, and batch norms of each pass, were chosen',
    ...{ training, sizes, published },
  },
} as const satisfies Record<string, NetworkFacts<DiagnosisOptions>>;
