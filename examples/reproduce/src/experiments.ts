import type { Command } from 'commander';
import { dpersonaCommand } from './dpersona/command.js';
import { fewOutlinesCommand } from './few-outlines/command.js';
import { figure2Command } from './figure2/command.js';
import { figure4Command } from './figure4/command.js';
import { figure5Command } from './figure5/command.js';
import { figure6Command } from './figure6/command.js';
import { malignancyCommand } from './malignancy/command.js';
import { markdownTable } from './shared/markdown.js';
import { table1Command } from './table1/command.js';
import { table2Command } from './table2/command.js';
import { table5Command } from './table5/command.js';
import { trustCommand } from './trust/command.js';
import { trustReadingsCommand } from './trust/readings-command.js';
import { trustRealCommand } from './trust/real-command.js';
import { worthCommand } from './worth/command.js';

export interface Experiment {
  command: () => Command;
  /** What of the paper it does again. */
  reproduces: string;
  /** With default options; all images are 64 × 64. */
  scale: string;
  /** About how long that takes on one core. */
  time: string;
  /** Where `--write` puts the result. */
  result: string;
}

/** Everything that `reproduce` can do. */
export const experiments: readonly Experiment[] = [
  {
    command: trustCommand,
    reproduces: 'beyond it: expertness learned once, for new cases',
    scale: '3 phantoms at 32 × 32, 160 + 160 + 400 + 160 cases, 5 seeds',
    time: '60 min',
    result: 'docs/results/trust.md',
  },
  {
    command: trustRealCommand,
    reproduces: 'the same, of real raters',
    scale: 'PAPILA’s four programs, DermXDB’s eight dermatologists, LIDC’s readers; 5 folds',
    time: '20 min',
    result: 'docs/results/trust.md',
  },
  {
    command: trustReadingsCommand,
    reproduces: 'how much PAPILA’s AUCs depend on the reading of the ratio',
    scale: '416 eyes, four programs',
    time: '1 min',
    result: 'docs/results/trust.md',
  },
  {
    command: fewOutlinesCommand,
    reproduces: 'beyond it: Take and Give where diagnoses are many and outlines few',
    scale: '1 phantom, 64 outlined cases, 1,600 diagnosed ones, 14 networks, 5 seeds',
    time: '2 h',
    result: 'docs/results/few-outlines.md',
  },
  {
    command: figure2Command,
    reproduces: 'Figure 2: AUC by diagnosis network and rater',
    scale: '3 phantoms, 480 + 300 cases, 3 seeds: 78 trainings',
    time: '220 min',
    result: 'docs/results/figure2.md',
  },
  {
    command: malignancyCommand,
    reproduces: 'Figure 2’s question, of real lung nodules',
    scale: 'LIDC, all slices, 5 folds',
    time: '45 min',
    result: 'docs/results/malignancy.md',
  },
  {
    command: worthCommand,
    reproduces: '§ 4.3.3: which raters DF-GT follows',
    scale: '3 phantoms, 200 + 40 cases, 5 seeds',
    time: '45 min',
    result: 'docs/results/worth.md',
  },
  {
    command: figure4Command,
    reproduces: 'Figure 4: AUC by fused label and judge',
    scale: '3 phantoms and LIDC, 160 + 50 cases, 3 seeds',
    time: '360 min',
    result: 'docs/results/figure4.md',
  },
  {
    command: figure5Command,
    reproduces: 'Figure 5: contours, labels and predictions, a picture',
    scale: 'test cases of Table 2’s runs',
    time: '1 min, after table2',
    result: 'docs/results/phantoms.md, docs/results/lidc.md',
  },
  {
    command: figure6Command,
    reproduces: 'Figure 6: expertness maps by parametrisation',
    scale: 'fundus phantom, 200 + 20 cases, 3 seeds',
    time: '16 min',
    result: 'docs/results/figure6.md',
  },
  {
    command: table1Command,
    reproduces: 'Table 1: soft Dice of networks made for each disease',
    scale: '3 phantoms and LIDC, 120 + 48 cases, 3 seeds: 93 trainings',
    time: '120 min',
    result: 'docs/results/table1.md',
  },
  {
    command: table2Command,
    reproduces: 'Table 2: soft Dice and AUC of T&G and baselines',
    scale: '3 phantoms of 240 cases, 3 rounds; LIDC, middle slices, 5 folds',
    time: '200 min',
    result: 'docs/results/phantoms.md, docs/results/lidc.md',
  },
  {
    command: table5Command,
    reproduces: 'Tables 5a, 5b: what Take and Give add, and where',
    scale: '3 phantoms and LIDC, 200 + 60 cases, 3 seeds',
    time: '260 min',
    result: 'docs/results/table5.md',
  },
  {
    command: dpersonaCommand,
    reproduces: 'beyond it: D-Persona’s protocol, of every multi-rater network',
    scale: 'LIDC, middle slices, 4 folds, 11 methods',
    time: '240 min',
    result: 'docs/results/dpersona.md',
  },
];

/** What `reproduce --list` prints. */
export const experimentsTable = (): string =>
  markdownTable(
    ['command', 'of the paper', 'scale, 64 × 64', 'time on one core', '--write puts it into'],
    experiments.map(({ command, reproduces, scale, time, result }) => [
      `reproduce ${command().name()}`,
      reproduces,
      scale,
      time,
      result,
    ]),
  );
