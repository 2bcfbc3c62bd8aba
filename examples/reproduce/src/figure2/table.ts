import { predictedAuc } from '@diff/datasets';
import { type DiagnosisNetworkName, seesMask } from '@diff/networks/diagnosis';
import type { Bar } from '../shared/bar-chart.js';
import { markdownTable, percent } from '../shared/markdown.js';
import { isOfPaper } from '../shared/paper-data.js';
import type { phantomNames, TaskName } from '../shared/tasks.js';
import type { Figure2Result, Figure2Settings } from './cell.js';

export type Outcome = { settings: Figure2Settings; result: Figure2Result };

/**
 * Networks by raters, AUC in per cent with 95 % intervals over seeds, and each network's gain over noMask. Of phantoms, what
 * masks and picture hold.
 */
export function figure2Table(
  task: TaskName,
  raters: readonly string[],
  outcomes: readonly Outcome[],
): string {
  const own = outcomes.filter(({ settings }) => settings.task === task);
  const shared = own.some(({ settings, result }) => settings.network !== 'noMask' && 'MV' in result);
  const columns = shared ? [...raters, 'MV'] : raters;
  /** AUC by seed. */
  const values = (network: string, rater: string) =>
    own.flatMap(({ settings, result }) => {
      const value = result[rater];
      return settings.network === network && value !== undefined ? [value] : [];
    });

  const base = values('noMask', 'MV');
  const rows = [...new Set(own.map(({ settings }) => settings.network))].map((network) => {
    // It sees no mask: a rater's column would only leave out the cases that the rater did.
    if (network === 'noMask') return [network, percent(base), ...columns.slice(1).map(() => '″'), ''];
    const cells = columns.map((rater) => values(network, rater));
    const blind = shared && !seesMask(network as DiagnosisNetworkName);
    const gains = base.map(
      (auc, seed) => raters.reduce((sum, _, i) => sum + cells[i]![seed]!, 0) / raters.length - auc,
    );
    const shown = blind
      ? [percent(values(network, 'MV')), ...columns.slice(1).map(() => '″')]
      : cells.map(percent);
    return [network, ...shown, percent(gains)];
  });
  const held = isOfPaper(task) ? [] : [heldBy(task as (typeof phantomNames)[number], raters, shared)];
  return markdownTable(['network', ...columns, 'gain over noMask'], [...rows, ...held]);
}

/** The same as bars: a panel per network, a bar per rater; one for a network that sees no mask. */
export function figure2Bars(task: TaskName, raters: readonly string[], outcomes: readonly Outcome[]): Bar[] {
  const own = outcomes.filter(({ settings }) => settings.task === task);
  return [...new Set(own.map(({ settings }) => settings.network))].flatMap((panel) =>
    [...raters, 'MV'].flatMap((name) => {
      if (name !== 'MV' && !seesMask(panel as DiagnosisNetworkName)) return [];
      const values = own.flatMap(({ settings, result }) =>
        settings.network === panel && result[name] !== undefined ? [result[name]] : [],
      );
      return values.length ? [{ panel, name, values }] : [];
    }),
  );
}

function heldBy(task: (typeof phantomNames)[number], raters: readonly string[], shared: boolean): string[] {
  const limit = (of: string) => (100 * predictedAuc(task, of, { prevalence: 0.5 })).toFixed(1);
  const limits = [...raters.map(limit), ...(shared ? [''] : [])];
  return ['*what the masks hold*', ...limits, `*the picture holds ${limit('image')}*`];
}
