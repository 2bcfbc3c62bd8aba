import { diagnosis } from '@diff/train';
import type { NetworkEntry } from '../network-entry.js';
import { baselineDia } from './baseline-dia.js';
import type { DiagnosisOptions } from './diagnosis-options.js';
import { dlAtt } from './dl-att.js';
import { dlCat } from './dl-cat.js';
import { dlRoi } from './dl-roi.js';
import { dlSeAt } from './dl-seat.js';
import { dlSsl, dlSslMask } from './dl-ssl.js';
import { dlSslTask } from './dl-ssl-task.js';
import { facts } from './facts.js';
import { noMask } from './no-mask.js';

export { type Fidelity, type NetworkEntry, type NetworkFacts, networkNamed } from '../network-entry.js';
export { baselineDia } from './baseline-dia.js';
export type { DiagnosisOptions } from './diagnosis-options.js';
export { attentionTask, type DlAttOptions, dlAtt } from './dl-att.js';
export { dlCat } from './dl-cat.js';
export { type DlRoiOptions, dlRoi } from './dl-roi.js';
export { dlSeAt } from './dl-seat.js';
export { dlSsl, dlSslMask } from './dl-ssl.js';
export { type DlSslTaskOptions, dlSslTask } from './dl-ssl-task.js';
export { noMask } from './no-mask.js';

/** Every diagnosis network: image ⊕ mask [B, H, W, C + S] → logits [B, 1]. */
export const diagnosisNetworks = [
  {
    name: 'noMask',
    fidelity: 'paper',
    about: facts.noMask,
    make: noMask,
    task: diagnosis,
    paper: 'the image alone (Wu et al. 2022, Figure 2)',
  },
  {
    name: 'dlCat',
    fidelity: 'official code',
    about: facts.dlCat,
    make: dlCat,
    task: diagnosis,
    paper: 'image and mask in one ResNet (Wu et al. 2022, § 3.2.1)',
  },
  {
    name: 'dlRoi',
    fidelity: 'reconstructed',
    about: facts.dlRoi,
    make: dlRoi,
    task: diagnosis,
    paper: 'Bajwa et al. 2019',
  },
  {
    name: 'dlAtt',
    fidelity: 'reconstructed',
    about: facts.dlAtt,
    make: dlAtt,
    task: diagnosis,
    paper: 'Li et al. 2019',
  },
  {
    name: 'dlSeAt',
    fidelity: 'reconstructed',
    about: facts.dlSeAt,
    make: dlSeAt,
    task: diagnosis,
    paper: 'Wu et al. 2022 (SeATrans)',
  },
  {
    name: 'dlSsl',
    fidelity: 'official code',
    about: facts.dlSsl,
    make: dlSsl,
    task: () => dlSslTask(),
    paper: 'Wu et al. 2020: a student that sees the image alone, and its teacher',
  },
  {
    name: 'dlSslMask',
    fidelity: 'official code',
    about: facts.dlSslMask,
    make: dlSslMask,
    task: () => dlSslTask(),
    paper: 'Wu et al. 2020, its student seeing the mask too',
  },
  {
    name: 'baselineDia',
    fidelity: 'reconstructed',
    about: facts.baselineDia,
    make: baselineDia,
    task: diagnosis,
    paper: 'Zhou et al. 2019 (Baseline-Dia)',
  },
] as const satisfies readonly NetworkEntry<DiagnosisOptions>[];

/** Whether a network of the list looks at the mask when it is asked for a diagnosis, and not in training alone or never. */
export const seesMask = (name: DiagnosisNetworkName): boolean => name !== 'noMask' && name !== 'dlSsl';

/** The name of a network in `diagnosisNetworks`. */
export type DiagnosisNetworkName = (typeof diagnosisNetworks)[number]['name'];
