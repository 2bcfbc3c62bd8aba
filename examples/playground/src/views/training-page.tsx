import { meanVote } from '@diff/fusion';
import { useMemo, useState } from 'preact/hooks';
import { judgeStructures, judgeWorld } from '../diagnosis/judge-world.js';
import { COOL } from '../drawing/colours.js';
import { pictureCanvas } from '../drawing/paint.js';
import { closeUp, panelOf } from '../panel.js';
import { blobOf, saveFile } from '../save-file.js';
import type { Settings } from '../settings.js';
import { engines } from '../training/engine.js';
import { EPOCHS, STEPS_PER_EPOCH } from '../training/length.js';
import { useTraining } from '../training/use-training.js';
import { useCase } from '../use-case.js';
import { Chart } from './chart.js';
import { Degrees } from './degrees.js';
import { Choice, NumberField } from './fields.js';

const ENGINES = { best: 'the best there is', webgpu: 'WebGPU', wasm: 'WebAssembly' };
const FILE = 'take-and-give.safetensors';

interface Props {
  settings: Settings;
  change(settings: Partial<Settings>): void;
  fail(problem: string): void;
}

/** Take and Give, trained as one watches: what it predicts, where it looks, and its loss. */
export function TrainingPage({ settings: { seed, index, engine: wish }, change, fail }: Props) {
  const one = useCase({ kind: 'fundus', size: judgeWorld.size, seed, index }, undefined, fail);
  const training = useTraining(one, wish, (file) => saveFile(FILE, blobOf(file)), fail);
  const { losses, prediction, isRunning, engine } = training;
  const [structure, setStructure] = useState<string>(judgeStructures[0]);
  const picture = useMemo(() => one && pictureCanvas(one.image, 0), [one]);
  const view = useMemo(() => one && closeUp(panelOf(one, 'disc', [])), [one]);
  const voted = useMemo(
    () => one && Float32Array.from(meanVote(Object.values(one.annotations[structure]!))),
    [one, structure],
  );
  const steps = EPOCHS * STEPS_PER_EPOCH;
  const isDone = losses.length >= steps;
  const series = losses.length ? [{ name: 'loss', colour: '#ffb454', dash: [], values: losses }] : [];

  return (
    <main>
      <form class="card case" onSubmit={(event) => event.preventDefault()}>
        <h2>Training</h2>
        <NumberField
          label="Case that is shown"
          value={index}
          max={9999}
          change={(index) => change({ index })}
        />
        <Choice label="Structure" value={structure} options={judgeStructures} change={setStructure} />
        <Choice
          label="Computed by"
          value={wish}
          options={engines}
          names={ENGINES}
          change={(engine) => change({ engine })}
        />
        <div class="row">
          <button type="button" disabled={!one || isDone} onClick={isRunning ? training.stop : training.go}>
            {isRunning ? 'Stop' : losses.length && !isDone ? 'Go on' : 'Train'}
          </button>
          <button type="button" disabled={!prediction || isRunning} onClick={training.save}>
            Save the model
          </button>
        </div>
        <p class="status" role="status">
          {isDone
            ? `Trained for ${steps} steps.`
            : isRunning
              ? 'Training…'
              : losses.length
                ? `Stopped after ${losses.length} of ${steps} steps.`
                : ''}
        </p>
        {engine && <p class="note">{engine}</p>}
        <p class="note">
          It learns the raters' mean vote of {8 * STEPS_PER_EPOCH} other phantoms. The saved file is read by{' '}
          <code>loadModel</code> of @diff/train/node, and in a page by <code>deserializeModel</code> of
          @diff/train.
        </p>
      </form>
      <section class="card drawing" aria-labelledby="loss-title">
        <h2 id="loss-title">How far it is</h2>
        <div class="curves">
          <Chart
            title="Loss"
            {...{ series }}
            low={0}
            high={Math.max(1, ...losses)}
            now={Math.max(0, losses.length - 1)}
            first={1}
            count={steps}
          />
        </div>
        <p>
          Step <b>{losses.length}</b> of {steps}
          {losses.length > 0 && `, loss ${losses.at(-1)!.toFixed(3)}`}
        </p>
        {prediction && (
          <p>
            After {prediction.step} steps, soft Dice with the mean vote:{' '}
            {judgeStructures.map((name) => `${name} ${prediction.dice[name]!.toFixed(3)}`).join(', ')}.
          </p>
        )}
      </section>
      <div class="results">
        {picture && view && voted && (
          <section class="card" aria-labelledby="prediction-title">
            <h2 id="prediction-title">What it predicts</h2>
            <div class="tiles few">
              <Degrees
                title="Mean vote"
                about="what it would have to say"
                map={voted}
                threshold={0.5}
                {...{ picture, view }}
              />
              {prediction && (
                <Degrees
                  title="Prediction"
                  about={`after ${prediction.step} steps`}
                  map={prediction.maps[structure]!}
                  threshold={0.5}
                  {...{ picture, view }}
                />
              )}
            </div>
          </section>
        )}
        {picture && prediction && (
          <section class="card" aria-labelledby="attention-title">
            <h2 id="attention-title">Where it looks</h2>
            <div class="tiles">
              {Object.entries(prediction.attention).map(([layer, map]) => (
                <Degrees
                  key={layer}
                  title={layer}
                  about={/give/i.test(layer) ? 'in the diagnosis network' : 'in the decoder'}
                  map={map}
                  colour={COOL}
                  picture={picture}
                  view={{ left: 0, top: 0, width: picture.width, height: picture.height }}
                />
              ))}
            </div>
            <p class="note">
              Attention of all places and heads on average: the most violet patch is the one that is looked at
              most.
            </p>
          </section>
        )}
      </div>
    </main>
  );
}
