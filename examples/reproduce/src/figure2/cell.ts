import { type Case, type Dataset, phantom } from '@diff/datasets';
import { rocAuc } from '@diff/metrics';
import { vcdrSvm, vcdrThreshold } from '@diff/networks';
import { type DiagnosisOptions, diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import { type Example, predict, toExamples, train } from '@diff/train';
import type { Place } from '../shared/cell.js';
import { costOfJudge } from '../shared/estimate.js';
import { type NetworkSettings, trainingOf, validationOn } from '../shared/judges.js';
import { isOfPaper } from '../shared/paper-data.js';
import { loadTask, type phantomNames, type TaskSettings } from '../shared/tasks.js';

export interface Figure2Settings extends TaskSettings, NetworkSettings {
  network: string;
  /** Whose masks it is trained on: a rater's, or `all` raters' in turn. */
  trainedOn: string;
  steps: number;
}

/** Steps are of 16 cases. */
const BATCH = 16;

/** Cases that pass through a network in training. */
export const figure2Passes = ({ network, steps }: Figure2Settings): number =>
  costOfJudge(network) * steps * BATCH;

/** AUC on the test cases, given each rater's masks (those trained on), and their mean (`MV`). */
export type Figure2Result = Record<string, number>;

/** Trains one network on some cases, of phantoms half of them ill, and tests it on others. */
export async function figure2Cell(settings: Figure2Settings, place: Place): Promise<Figure2Result> {
  const { trainedOn } = settings;
  const cases = await casesOf(settings, place);
  const raters = trainedOn === 'all' ? cases.raters : [trainedOn];
  const score = await fit(
    settings,
    cases.structures,
    await masksOf(cases.train, raters, cases.structures),
    await masksOf(cases.validation, raters, cases.structures),
  );

  const result: Figure2Result = {};
  for (const rater of trainedOn === 'all' ? [...raters, 'MV'] : raters) {
    const examples = await masksOf(cases.test, [rater], cases.structures);
    const labels = examples.map(({ diagnosis }) => diagnosis!);
    result[rater] = rocAuc(labels, await score(examples));
  }
  return result;
}

type Cases = Record<'train' | 'validation' | 'test', Case[]> &
  Record<'raters' | 'structures', readonly string[]>;
let last: { key: string; cases: Promise<Cases> } | undefined;

/** The cases of a task and seed. Those read last are kept: all networks of a seed ask for the same. */
function casesOf(settings: Figure2Settings, { data }: Place): Promise<Cases> {
  const { task, seed, size, train, test } = settings;
  const key = [task, seed, size, train, test, settings.data].join();
  if (last?.key !== key) last = { key, cases: isOfPaper(task) ? loadTask(settings, data) : draw(settings) };
  return last.cases;
}

async function draw(settings: TaskSettings): Promise<Cases> {
  const dataset = drawn(settings);
  const cases = await collect(dataset.cases());
  const { train } = settings;
  const { raters } = dataset;
  const structures = [...dataset.structures].sort(); // as in the page's results
  return { train: cases.slice(0, train), validation: [], test: cases.slice(train), raters, structures };
}

/** Of phantoms: the training cases, then the test cases. */
export const drawn = ({ task, seed, size, train, test }: TaskSettings): Dataset =>
  phantom(task as (typeof phantomNames)[number], { cases: train + test, size, seed, prevalence: 0.5 });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Every case once with each rater's masks; a rater who did not outline a case is left out there. */
async function masksOf(
  cases: readonly Case[],
  raters: readonly string[],
  structures: readonly string[],
): Promise<Example[]> {
  const each = raters.map(async (rater) => {
    const fuse = rater === 'MV' ? ('mean' as const) : { rater };
    const examples = await toExamples(cases, { structures, fuse, missing: 'skip' });
    return examples.map((example) => ({ ...example, id: `${example.id} ${rater}` }));
  });
  return (await Promise.all(each)).flat();
}

type Scorer = (examples: readonly Example[]) => Promise<number[]>;

async function fit(
  settings: Figure2Settings,
  structures: readonly string[],
  examples: Example[],
  validation: Example[],
): Promise<Scorer> {
  const { network, depth, width, seed, steps, size } = settings;
  const [{ image }] = examples as [Example];
  if (network === 'vcdrThreshold' || network === 'vcdrSvm') {
    const { score } = { vcdrThreshold, vcdrSvm }[network](examples, {
      disc: structures.indexOf('disc'),
      cup: structures.indexOf('cup'),
    });
    return async (list) => list.map(score);
  }
  const { make, task } = networkNamed(diagnosisNetworks, network);
  const model = make({
    depth: depth as DiagnosisOptions['depth'],
    width,
    imageChannels: image.channels,
    structures: structures.length,
    size: [size, size],
    seed,
  });
  await train(model, examples, {
    task: task(),
    ...trainingOf(settings),
    ...validationOn(validation),
    epochs: Math.max(1, Math.round((steps * BATCH) / examples.length)),
    seed,
    balanced: true,
    augmentation: { flip: 'both', shift: 0.05 },
  });
  return async (list) => (await predict(model, list)).map(([logit]) => logit!);
}
