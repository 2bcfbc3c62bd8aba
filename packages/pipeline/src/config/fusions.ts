/**
 * Every way to fuse masks: its name on the command line, what it knows beside the masks, its help, and in runs and results
 * its label, where it has one there.
 */
export const fusions = [
  { name: 'mean', by: 'masks', label: 'MV', says: 'the mean vote: the share of raters who are inside' },
  { name: 'majority', by: 'masks', says: '1 where more than half of the raters are inside, else 0' },
  {
    name: 'staple',
    by: 'masks',
    label: 'STAPLE',
    says: "probability by STAPLE, with each rater's sensitivity and specificity",
  },
  { name: 'simple', by: 'masks', says: 'SIMPLE: majority of the raters who agree best with it, weighted' },
  {
    name: 'dawid-skene',
    by: 'masks',
    says: "probability by Dawid and Skene's model, with sensitivity and specificity",
  },
  {
    name: 'aggnet',
    by: 'network',
    network: 'aggNet',
    label: 'AggNet',
    says: `probability by AggNet: a network that sees the images and each rater's confusion matrix are
learned together from the cases given; needs images`,
  },
  {
    name: 'maxmig',
    by: 'network',
    network: 'maxMig',
    label: 'MaxMig',
    says: `probability by Max-MIG: the network and weights of the raters are learned so that they tell
the most of each other; needs images`,
  },
  {
    name: 'df-gt',
    by: 'diagnosis',
    label: 'DF-GT',
    says: `diagnosis-first: each rater counts where that helps a frozen network (--network, made by
"train") to diagnose the case right; needs images and diagnoses`,
  },
  {
    name: 'learned',
    by: 'expertness',
    label: 'Shared',
    says: `whom to trust, learned from other, diagnosed cases by "learn-expertness" (--expertness); looks at
no diagnosis, so it serves new cases`,
  },
] as const;

type Entry = (typeof fusions)[number];
/** The name of a fusion, of those that know what `By` says. */
export type FusionMethod<By extends Entry['by'] = Entry['by']> = Extract<Entry, { by: By }>['name'];
/** What a run calls a fusion of the masks. */
export type Label = Extract<Entry, { label: string }>['label'];

/** Their names, of those that know what `by` says; without it all. */
export const fusionsBy = <By extends Entry['by']>(by?: By): FusionMethod<By>[] =>
  fusions.filter((entry) => by === undefined || entry.by === by).map(({ name }) => name as FusionMethod<By>);

/** The labels, those that a network is trained for apart: a run makes them where they are asked for. */
export const labelNames: Label[] = fusions.flatMap((entry) => ('label' in entry ? [entry.label] : []));
export const networkLabels = fusions.flatMap((entry) => (entry.by === 'network' ? [entry.label] : []));
export type NetworkLabel = (typeof networkLabels)[number];
/** The network behind a label, by its name in `multiRaterNetworks`. */
export const networkOf = (label: NetworkLabel) =>
  fusions.flatMap((entry) => (entry.by === 'network' && entry.label === label ? [entry.network] : []))[0]!;

/** The label that an arm's own method makes of the masks, of those that a run has: the one it learns, or its network's fusion. */
export const selfFusionOf = (
  { network, label }: { network: string; label: string },
  labels: readonly Label[],
): Label | undefined =>
  labels.find((name) => name === label) ??
  networkLabels.find((name) => labels.includes(name) && networkOf(name) === network);

/** What a run calls a fusion by a network. */
export const labelOfMethod = (method: FusionMethod<'network'>): NetworkLabel =>
  fusions.flatMap((entry) => (entry.by === 'network' && entry.name === method ? [entry.label] : []))[0]!;

/** The labels that a run has: all but those that need a network which nobody asked for. */
export const labelsOf = ({
  segmentation,
}: {
  segmentation: { arms: readonly { label: string }[] };
}): Label[] => {
  const asked = new Set<string>(segmentation.arms.map(({ label }) => label));
  return labelNames.filter((name) => asked.has(name) || !(networkLabels as Label[]).includes(name));
};
