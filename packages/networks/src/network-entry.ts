import { nearest, show } from '@diff/checks';
import type { Loss, Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';

/** One line of a list of networks. */
export interface NetworkEntry<Options> {
  /** The name of the function that makes it, which configurations and tables use too. */
  name: string;
  /** A new network, untrained. Every network of a list takes the options of the list. */
  make: (options: Options) => tfl.LayersModel;
  /** What it is trained for. */
  task: (options?: { loss?: Loss }) => Task;
  /** Where it was published, or what it stands for. */
  paper: string;
  /** What it was built from. */
  fidelity?: Fidelity;
  /** What tables say of it. */
  about?: NetworkFacts;
}

/** What a network was built from: the authors' code, the paper's text, or the idea alone, with what is missing chosen here. */
export type Fidelity = 'official code' | 'paper' | 'reconstructed';

/** What tables say of a network of a list; Markdown. */
export interface NetworkFacts<Options = object> {
  /** What is particular to it. */
  idea: string;
  /** Its loss, and the task where training is more than that. */
  training: string;
  /** Heights and widths that it takes, and those of its paper or code where they are known. */
  sizes: string;
  /** What of its source was read, and what was chosen here. */
  source: string;
  /** The disease that it was made for, where it is one: what its phantom is called. */
  madeFor?: 'fundus' | 'thyroid' | 'skin';
  /** Options that make the published network, where they are not the defaults. */
  published?: Options;
}

/**
 * The entry of a list with this name.
 *
 * @throws TypeError for what is no string, RangeError for a name that is not in the list: it names the nearest, or lists those that are.
 */
export function networkNamed<Entry extends { name: string }>(list: readonly Entry[], name: string): Entry {
  const entry = list.find((one) => one.name === name);
  if (entry) return entry;
  const names = list.map((one) => one.name);
  const guess = typeof name === 'string' ? nearest(name, names) : undefined;
  const expected = guess ? `did you mean ${guess}?` : `expected one of ${names.join(', ')}`;
  const Kind = typeof name === 'string' ? RangeError : TypeError;
  throw new Kind(`networkNamed: name is ${show(name)}, ${expected}`);
}
