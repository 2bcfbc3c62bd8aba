import { checkOptions } from '@diff/checks';
import { jaccardLoss, type Loss, segmentation } from '@diff/train';
import type { NetworkEntry } from '../network-entry.js';
import { agNet, agNetTask } from './ag-net.js';
import { atNet } from './at-net.js';
import { beal, bealTask } from './beal.js';
import { casCnn, casCnnTask } from './cas-cnn.js';
import { ceNet } from './ce-net.js';
import { ddn, ddnTask } from './ddn.js';
import { facts } from './facts.js';
import { frCn } from './fr-cn.js';
import { iFcn } from './ifcn.js';
import { jaccNet } from './jacc-net.js';
import { mpCnn } from './mpcnn.js';
import { pOsal, pOsalTask } from './posal.js';
import { resUnet } from './res-unet.js';
import type { SegmentationOptions } from './segmentation-options.js';
import { tnsCnn, tnsCnnTask } from './tns-cnn.js';
import { tnsNet, tnsNetTask } from './tns-net.js';
import { trfeNet, trfeNetTask } from './trfe-net.js';
import { unver, unverTask } from './unver.js';

export { carryOver } from '../carry-over.js';
export { type Box, grabCut, type Picture } from '../grab-cut/grab-cut.js';
export { type Fidelity, type NetworkEntry, type NetworkFacts, networkNamed } from '../network-entry.js';
export type { TorchReport } from '../torch/copy-weights.js';
export { agNet, agNetTask } from './ag-net.js';
export { type AtNetOptions, atNet } from './at-net.js';
export { type BealTaskOptions, beal, bealTask } from './beal.js';
export { type CasCnnOptions, casCnn, casCnnTask } from './cas-cnn.js';
export { type CeNetOptions, ceNet } from './ce-net.js';
export { CutOut } from './cut-out.js';
export { type DdnOptions, ddn, ddnTask } from './ddn.js';
export type { Drawable } from './drawn.js';
export { frCn } from './fr-cn.js';
export { iFcn } from './ifcn.js';
export {
  type ImportedSegmentation,
  type ImportSegmentationOptions,
  importSegmentation,
  type TorchSegmentation,
} from './import-segmentation.js';
export { jaccNet } from './jacc-net.js';
export { mpCnn } from './mpcnn.js';
export { type POsalTaskOptions, pOsal, pOsalTask } from './posal.js';
export { type ResUnetOptions, resUnet } from './res-unet.js';
export type { SegmentationOptions } from './segmentation-options.js';
export { type TnsCnnOptions, type TnsCnnTaskOptions, tnsCnn, tnsCnnTask } from './tns-cnn.js';
export { type TnsNetOptions, tnsNet, tnsNetTask } from './tns-net.js';
export { type TrfeNetTaskOptions, trfeNet, trfeNetTask } from './trfe-net.js';
export { unver, unverTask } from './unver.js';

const jaccard = (options: { loss?: Loss } = {}) => {
  checkOptions('jaccNetTask', options, ['loss']);
  const { loss = jaccardLoss() } = options;
  return segmentation({ loss });
};

/** Every segmentation network: image [B, H, W, C] → logits [B, H, W, structures]. */
export const segmentationNetworks = [
  {
    name: 'resUnet',
    make: resUnet,
    task: segmentation,
    paper: 'Yu et al. 2019 (Baseline-Seg)',
    fidelity: 'official code',
    about: facts.resUnet,
  },
  {
    name: 'ceNet',
    make: ceNet,
    task: segmentation,
    paper: 'Gu et al. 2019 (CE-Net)',
    fidelity: 'official code',
    about: facts.ceNet,
  },
  {
    name: 'atNet',
    make: atNet,
    task: segmentation,
    paper: 'Zhao et al. 2021 (ATNet)',
    fidelity: 'reconstructed',
    about: facts.atNet,
  },
  {
    name: 'jaccNet',
    make: jaccNet,
    task: jaccard,
    paper: 'Yuan et al. 2017',
    fidelity: 'reconstructed',
    about: facts.jaccNet,
  },
  {
    name: 'frCn',
    make: frCn,
    task: segmentation,
    paper: 'Al-masni et al. 2018 (FrCN)',
    fidelity: 'reconstructed',
    about: facts.frCn,
  },
  {
    name: 'agNet',
    make: agNet,
    task: agNetTask,
    paper: 'Zhang et al. 2019 (AG-Net)',
    fidelity: 'official code',
    about: facts.agNet,
  },
  {
    name: 'ddn',
    make: ddn,
    task: ddnTask,
    paper: 'Li et al. 2018 (DDN)',
    fidelity: 'reconstructed',
    about: facts.ddn,
  },
  {
    name: 'iFcn',
    make: iFcn,
    task: segmentation,
    paper: 'Öztürk & Özkaya 2020 (iFCN)',
    fidelity: 'reconstructed',
    about: facts.iFcn,
  },
  {
    name: 'mpCnn',
    make: mpCnn,
    task: segmentation,
    paper: 'Kumar et al. 2020 (MPCNN)',
    fidelity: 'reconstructed',
    about: facts.mpCnn,
  },
  {
    name: 'trfeNet',
    make: trfeNet,
    task: trfeNetTask,
    paper: 'Gong et al. 2021 (TRFE-Net)',
    fidelity: 'official code',
    about: facts.trfeNet,
  },
  {
    name: 'casCnn',
    make: casCnn,
    task: casCnnTask,
    paper: 'Ying et al. 2018 (CasCNN)',
    fidelity: 'reconstructed',
    about: facts.casCnn,
  },
  {
    name: 'pOsal',
    make: pOsal,
    task: pOsalTask,
    paper: 'Wang et al. 2019 (pOSAL)',
    fidelity: 'official code',
    about: facts.pOsal,
  },
  {
    name: 'beal',
    make: beal,
    task: bealTask,
    paper: 'Wang et al. 2019 (BEAL)',
    fidelity: 'official code',
    about: facts.beal,
  },
  {
    name: 'tnsNet',
    make: tnsNet,
    task: tnsNetTask,
    paper: 'Sun et al. 2022 (TNSNet)',
    fidelity: 'reconstructed',
    about: facts.tnsNet,
  },
  {
    name: 'tnsCnn',
    make: tnsCnn,
    task: tnsCnnTask,
    paper: 'Ma et al. 2017 (TNSCNN)',
    fidelity: 'reconstructed',
    about: facts.tnsCnn,
  },
  {
    name: 'unver',
    make: unver,
    task: unverTask,
    paper: 'Ünver & Ayan 2019',
    fidelity: 'reconstructed',
    about: facts.unver,
  },
] as const satisfies readonly NetworkEntry<SegmentationOptions>[];

/** The name of a network in `segmentationNetworks`. */
export type SegmentationNetworkName = (typeof segmentationNetworks)[number]['name'];
