import { fail } from '@diff/checks';
import type { Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Fidelity, NetworkFacts } from '../network-entry.js';
import { aggNet, aggNetPredictor, aggNetTask } from './agg-net.js';
import { cmNet, cmNetPredictor, cmNetTask } from './cm-net.js';
import { facts } from './facts.js';
import { maxMig, maxMigPredictor, maxMigTask } from './max-mig.js';
import { mrNet, mrNetPredictor, mrNetTask } from './mr-net.js';
import { multiHead, multiHeadPredictor, multiHeadTask } from './multi-head.js';
import type { MultiRaterOptions } from './multi-rater-options.js';
import { phiSeg, phiSegPredictor, phiSegTask } from './phi-seg.js';
import type { Predictor } from './predictor.js';
import {
  probabilisticUnet,
  probabilisticUnetPredictor,
  probabilisticUnetTask,
} from './probabilistic-unet.js';
import {
  stochasticSegmentation,
  stochasticSegmentationPredictor,
  stochasticSegmentationTask,
} from './stochastic-segmentation.js';
import { wdNet, wdNetPredictor, wdNetTask } from './wd-net.js';

export { type Fidelity, type NetworkFacts, networkNamed } from '../network-entry.js';
export { type AggNetOptions, aggNet, aggNetTask } from './agg-net.js';
export { type CmNetOptions, cmNet, cmNetTask } from './cm-net.js';
export { expertnessOf, type Fusion } from './fusion.js';
export type { FusionNetworkOptions } from './fusion-network.js';
export { type MaxMigOptions, maxMig, maxMigTask } from './max-mig.js';
export { mrNet, mrNetTask } from './mr-net.js';
export { multiHead, multiHeadTask } from './multi-head.js';
export type { MultiRaterOptions } from './multi-rater-options.js';
export { type PhiSegOptions, phiSeg, phiSegTask } from './phi-seg.js';
export type { FuseCaseOptions, Predictor, SampleOptions } from './predictor.js';
export {
  type ProbabilisticUnetOptions,
  probabilisticUnet,
  probabilisticUnetTask,
} from './probabilistic-unet.js';
export {
  type StochasticSegmentationOptions,
  stochasticSegmentation,
  stochasticSegmentationTask,
} from './stochastic-segmentation.js';
export { wdNet, wdNetTask } from './wd-net.js';

/** One line of the list of multi-rater networks. */
export interface MultiRaterEntry {
  /** The name of the function that makes it. */
  name: string;
  /** A new network, untrained. */
  make: (options: MultiRaterOptions) => tfl.LayersModel;
  /** What it is trained for, given the options of the network. */
  task: (options: MultiRaterOptions) => Task;
  /** What a trained one can be asked. */
  predictor: (model: tfl.LayersModel) => Predictor;
  /** Where it was published, or what it stands for. */
  paper: string;
  /** What it was built from: the authors' code, the paper's text, or the idea alone. */
  fidelity: Fidelity;
  /** What tables say of it. */
  about: NetworkFacts;
}

/** Every network that learns from several raters' masks. */
export const multiRaterNetworks = [
  {
    name: 'multiHead',
    about: facts.multiHead,
    make: multiHead,
    task: multiHeadTask,
    predictor: multiHeadPredictor,
    paper: 'Doctor Net of Guan et al. 2018, per pixel',
    fidelity: 'paper',
  },
  {
    name: 'wdNet',
    about: facts.wdNet,
    make: wdNet,
    task: wdNetTask,
    predictor: wdNetPredictor,
    paper: 'Guan et al. 2018 (WDNet)',
    fidelity: 'paper',
  },
  {
    name: 'aggNet',
    about: facts.aggNet,
    make: aggNet,
    task: aggNetTask,
    predictor: aggNetPredictor,
    paper: 'Albarqouni et al. 2016 (AggNet)',
    fidelity: 'paper',
  },
  {
    name: 'maxMig',
    about: facts.maxMig,
    make: maxMig,
    task: maxMigTask,
    predictor: maxMigPredictor,
    paper: 'Cao et al. 2019 (Max-MIG)',
    fidelity: 'official code',
  },
  {
    name: 'probabilisticUnet',
    about: facts.probabilisticUnet,
    make: probabilisticUnet,
    task: probabilisticUnetTask,
    predictor: probabilisticUnetPredictor,
    paper: 'Kohl et al. 2018 (sPU-Net)',
    fidelity: 'official code',
  },
  {
    name: 'phiSeg',
    about: facts.phiSeg,
    make: phiSeg,
    task: phiSegTask,
    predictor: phiSegPredictor,
    paper: 'Baumgartner et al. 2019 (PHiSeg)',
    fidelity: 'official code',
  },
  {
    name: 'mrNet',
    about: facts.mrNet,
    make: mrNet,
    task: mrNetTask,
    predictor: mrNetPredictor,
    paper: 'Ji et al. 2021 (MRNet)',
    fidelity: 'official code',
  },
  {
    name: 'cmNet',
    about: facts.cmNet,
    make: cmNet,
    task: cmNetTask,
    predictor: cmNetPredictor,
    paper: 'Zhang et al. 2020, after Tanno et al. 2019',
    fidelity: 'reconstructed',
  },
  {
    name: 'stochasticSegmentation',
    about: facts.stochasticSegmentation,
    make: stochasticSegmentation,
    task: stochasticSegmentationTask,
    predictor: stochasticSegmentationPredictor,
    paper: 'Monteiro et al. 2020',
    fidelity: 'reconstructed',
  },
] as const satisfies readonly MultiRaterEntry[];

/** The name of a network in `multiRaterNetworks`. */
export type MultiRaterNetworkName = (typeof multiRaterNetworks)[number]['name'];

/**
 * What a trained network of this list can be asked, found by the name of the model; of one that was loaded from a file too.
 *
 * @throws RangeError for a model that is none of the list.
 */
export function predictorOf(model: tfl.LayersModel): Predictor {
  const entry = multiRaterNetworks.find(({ name }) => name === model?.name);
  const names = multiRaterNetworks.map(({ name }) => name).join(', ');
  return (
    entry?.predictor(model) ?? fail('predictorOf', `the model is ${model?.name}, expected one of ${names}`)
  );
}
