import { join } from 'node:path';

/** Where a run keeps what. */
export const runFolder = (root: string) => ({
  root,
  /** The whole configuration, defaults included. */
  config: join(root, 'config.yaml'),
  /** One JSON object a line: what was done when. */
  log: join(root, 'log.jsonl'),
  /** See `Results`. */
  results: join(root, 'results.json'),
  /** See `GalleryCase`. */
  gallery: join(root, 'gallery.safetensors'),
  report: join(root, 'report.html'),
  /** Models, fused labels, checkpoints and predictions of one round. */
  round: (round: number) => join(root, `round-${round}`),
});

export type RunFolder = ReturnType<typeof runFolder>;
