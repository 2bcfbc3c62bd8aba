// Every network of @diff/networks in a table: npm run network-table writes docs/results/networks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@diff/backend';
import type { NetworkFacts } from '@diff/networks';
import { diagnosisNetworks } from '@diff/networks/diagnosis';
import { multiRaterNetworks } from '@diff/networks/multi-rater';
import { segmentationNetworks } from '@diff/networks/segmentation';
import type * as tfl from '@tensorflow/tfjs-layers';
import { replaceSection } from './page-section.js';

export const networksPage = fileURLToPath(new URL('../docs/results/networks.md', import.meta.url));

export interface Listed {
  name: string;
  paper: string;
  fidelity: string;
  about: NetworkFacts;
  make: (options: object) => tfl.LayersModel;
}

const families: Record<string, { list: readonly Listed[]; raters?: number }> = {
  Segmentation: { list: segmentationNetworks },
  'Several raters': { list: multiRaterNetworks, raters: 7 },
  Diagnosis: { list: diagnosisNetworks },
};

const diseases = { fundus: 'disc and cup', thyroid: 'thyroid nodules', skin: 'skin lesions' };

/** How many weights a network has that are trained, at the options of its publication. */
export type Count = (
  network: Listed,
  options: { width: number; structures: number; raters?: number },
) => number;

/** Counts them by building the network. */
export const built: Count = ({ make, about }, options) => {
  const model = make({ imageChannels: 3, ...about.published, ...options });
  const count = model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, side) => product * side!, 1),
    0,
  );
  model.dispose();
  return count;
};

/** What stands in the page between the marks, weights as they are counted. */
export function networksSection(count: Count): string {
  return Object.entries(families)
    .map(([family, { list, raters }]) => {
      const rows = list.map((network) => {
        const { name, paper, about, fidelity } = network;
        const structures = about.madeFor && about.madeFor !== 'fundus' ? 1 : 2;
        const { width = 64 } = (about.published ?? {}) as { width?: number };
        const weights = count(network, { width, structures, ...(raters && { raters }) });
        const made = about.madeFor ? [diseases[about.madeFor]] : [];
        return [
          ...[`\`${name}\``, [paper, ...made].join('; '), about.idea, weights.toLocaleString('en')],
          ...[about.sizes, about.training, fidelity, about.source],
        ];
      });
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const columns = [
        'network',
        'paper, made for',
        'idea',
        'weights',
        'sizes',
        'loss, training',
        'fidelity',
        'source',
      ];
      return [
        `## ${family}\n`,
        line(columns),
        line(columns.map((column) => (column === 'weights' ? '--:' : '---'))),
        ...rows.map(line),
      ].join('\n');
    })
    .join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await useBackend({ prefer: 'wasm' });
  const page = replaceSection(readFileSync(networksPage, 'utf8'), 'networks', networksSection(built));
  if (page === undefined) throw new Error(`${networksPage} has no section networks`);
  writeFileSync(networksPage, page);
}
