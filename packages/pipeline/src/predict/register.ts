// Registers the layers that the networks of a run are made of, so that their files load.
import '@diff/networks/layers';
import '@diff/tg-model';
import { tgNetworks } from '../config/tg-networks.js';

/** Those of the lists of networks, which a page need not load for T&G and its baseline; without a name, whatever it may be. */
export async function registerLayersOf(network?: string): Promise<void> {
  if ((tgNetworks as readonly (string | undefined)[]).includes(network)) return;
  await Promise.all([import('@diff/networks/segmentation'), import('@diff/networks/multi-rater')]);
}
