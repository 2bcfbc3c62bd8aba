import type { Results, RoundResult } from '../folder/results.js';

/** What makes the numbers of a run doubtful, in sentences. */
export function warningsOf({ config, rounds }: Pick<Results, 'config' | 'rounds'>): string[] {
  return rounds.flatMap((round) => {
    const where = rounds.length > 1 ? ` of ${config.data.folds ? 'fold' : 'round'} ${round.round}` : '';
    return [
      ...smallBatches(config, round.train.length, where),
      ...unlearned(round, where),
      ...emptyPredictions(round, where),
      ...seenBefore(round, where),
    ];
  });
}

/** What `trainNetwork` does where a batch would hold more than there is. */
export function smallBatches(
  { diagnosis, segmentation }: Results['config'],
  cases: number,
  where = '',
): string[] {
  return Object.entries({ diagnosis, segmentation }).flatMap(([name, { batchSize }]) =>
    batchSize > cases
      ? [
          `${name}.batchSize is ${batchSize}, but there are ${cases} training cases${where}: ${cases} are taken`,
        ]
      : [],
  );
}

const unlearned = ({ training }: RoundResult, where: string) =>
  Object.entries(training).flatMap(([name, history]) => {
    const [first, last] = [history[0]?.loss, history.at(-1)?.loss];
    if (history.length < 2 || last! < first!) return [];
    return [
      `${name}${where} has learned nothing: its loss was ${first!.toFixed(3)} in the first epoch and ${last!.toFixed(3)} in the last`,
    ];
  });

const emptyPredictions = ({ empty, test }: RoundResult, where: string) =>
  Object.entries(empty).flatMap(([arm, byStructure]) =>
    Object.entries(byStructure).flatMap(([structure, count]) =>
      count === test.length
        ? [
            `${arm}${where} predicts no ${structure}: not one of ${count} test predictions reaches 0.5 anywhere`,
          ]
        : [],
    ),
  );

const SHOWN = 5;

function seenBefore({ seen, test }: RoundResult, where: string): string[] {
  if (!seen.length) return [];
  const names = seen.slice(0, SHOWN).join(', ') + (seen.length > SHOWN ? ', …' : '');
  return [
    `${seen.length} of ${test.length} test images${where} are also among the training images (${names}): their scores say nothing of new images`,
  ];
}
