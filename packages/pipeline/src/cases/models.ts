import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { diagnosisNetwork, type Network, segmentationNetwork } from '../predict/network.js';
import { registerLayersOf } from '../predict/register.js';
import { UserError } from '../user-error.js';

/** A network that was read from a file. */
export interface NetworkFile extends Network {
  /** Of the file. */
  sha256: string;
}

/** A network from an image to the logits of each structure's mask. */
export const loadSegmentation = (path: string): Promise<NetworkFile> => load(path, segmentationNetwork);

/** A network from image ⊕ mask to one logit. */
export const loadDiagnosis = (path: string): Promise<NetworkFile> => load(path, diagnosisNetwork);

async function load(path: string, make: typeof segmentationNetwork): Promise<NetworkFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(error.code === 'ENOENT' ? `there is no model ${path}` : error.message);
  });
  await registerLayersOf();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...(await make(bytes, path)), sha256 };
}
