import { checkOneOf } from '@diff/checks';
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
  /** What it was built from: the authors' code, the paper's text, or the idea alone, with what is missing chosen here. */
  fidelity?: 'official code' | 'paper' | 'reconstructed';
}

/**
 * The entry of a list with this name.
 *
 * @throws RangeError for a name that is not in the list: it lists those that are.
 */
export function networkNamed<Entry extends { name: string }>(list: readonly Entry[], name: string): Entry {
  const names = list.map((entry) => entry.name);
  checkOneOf('networkNamed', 'name', name, names);
  return list[names.indexOf(name)]!;
}
