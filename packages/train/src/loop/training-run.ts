import type * as tfl from '@tensorflow/tfjs-layers';
import type { Weights } from '../files/safetensors.js';
import {
  type Checkpoint,
  checkFingerprint,
  type EpochRecord,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import type { Settings, TrainResult } from './train-options.js';
import { TrainingState } from './training-state.js';

/** How far a training is, and how it is stored. */
export class TrainingRun {
  readonly state: TrainingState;
  step = 0;
  lossSum = 0;
  history: EpochRecord[] = [];
  best: TrainResult['best'];
  private bestWeights = new Map<string, Weights>();
  private readonly fingerprint: Record<string, unknown>;

  constructor(
    model: tfl.LayersModel,
    private readonly settings: Settings,
    data: unknown,
  ) {
    const { task, batchSize, optimizer, clip, seed, balanced, augmentation, labels, validation } = settings;
    this.state = new TrainingState(model, optimizer, task);
    this.fingerprint = {
      task: task.name,
      data,
      batchSize,
      optimizer: optimizer.config,
      rivals: task.rivals?.map(({ name, optimizer }) => ({ name, optimizer: optimizer.config })),
      clip,
      seed,
      balanced,
      augmentation,
      labels: labels?.config,
      validation: validation && { metric: validation.metric?.name ?? 'loss', patience: validation.patience },
      // A schedule spans all epochs: with one, a longer run is another run.
      epochs: settings.schedule && settings.epochs,
      weights: this.state.description,
    };
  }

  /** Goes to where the newest checkpoint is, if there is one. */
  async restore(): Promise<void> {
    const { storage } = this.settings;
    const stored = storage && (await readCheckpoint(storage));
    if (!stored) return;
    checkFingerprint(storage.location, stored.fingerprint, this.fingerprint);
    this.state.restore(stored.tensors);
    this.bestWeights = TrainingState.part(stored.tensors, 'best/');
    const { step, lossSum, history, best } = stored;
    Object.assign(this, { step, lossSum, history, best });
  }

  async save(): Promise<void> {
    const { storage } = this.settings;
    if (!storage) return;
    const { fingerprint, step, lossSum, history, best } = this;
    const kept = [...this.bestWeights].map(([name, tensor]) => [`best/${name}`, tensor] as const);
    const tensors = new Map([...(await this.state.tensors()), ...kept]);
    const checkpoint: Checkpoint = { fingerprint, step, lossSum, history, ...(best && { best }), tensors };
    await writeCheckpoint(storage, checkpoint);
  }

  /** Closes an epoch, and remembers its weights if they are the best so far. */
  async record(record: EpochRecord): Promise<void> {
    const { epoch, validation: value } = record;
    const higher = this.settings.validation?.metric?.better === 'higher';
    if (value !== undefined && (!this.best || (higher ? value > this.best.value : value < this.best.value))) {
      this.best = { epoch, value };
      this.bestWeights = await this.state.weights();
    }
    this.history = [...this.history, record];
    this.lossSum = 0;
  }

  /** All epochs done, or none of the last `patience` any better. */
  get finished(): boolean {
    const { epochs, validation } = this.settings;
    const sinceBest = this.best ? this.history.length - 1 - this.best.epoch : 0;
    return this.history.length >= epochs || sinceBest >= (validation?.patience ?? Infinity);
  }

  result(): TrainResult {
    if (this.best) this.state.restoreWeights(this.bestWeights);
    const stopped = this.history.length < this.settings.epochs ? 'early' : 'epochs';
    return { history: this.history, ...(this.best && { best: this.best }), stopped };
  }
}
