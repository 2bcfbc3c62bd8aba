import { useEffect, useMemo, useState } from 'preact/hooks';
import { ITERATIONS } from '../diagnosis/iterations.js';
import { judgeStructures, judgeWorld } from '../diagnosis/judge-world.js';
import { useFit } from '../diagnosis/use-fit.js';
import { named, type Runs, signed, verdictOf } from '../diagnosis/verdict.js';
import { COOL, strokeOf } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { pictureCanvas } from '../drawing/paint.js';
import { closeUp, disputedPixels, panelOf } from '../panel.js';
import { type Settings, tellings, waysToWrite } from '../settings.js';
import { useCase } from '../use-case.js';
import { Chart, type Series } from './chart.js';
import { Degrees } from './degrees.js';
import { Choice, NumberField } from './fields.js';
import { Plane } from './plane.js';

const LINES = {
  truth: { name: 'told the truth', colour: '#ffb454', dash: [] },
  opposite: { name: 'told the opposite', colour: '#7ab8ff', dash: [5, 3] },
};
const WAYS = {
  ExpG: 'by a small network (ExpG)',
  pixels: 'pixel by pixel',
  Fourier: 'as a Fourier spectrum',
};

interface Props {
  settings: Settings;
  change(settings: Partial<Settings>): void;
  fail(problem: string): void;
}

/** A fusion that learns whom to follow where from what a diagnosis network says, step by step. */
export function DiagnosisPage({ settings, change, fail }: Props) {
  const { seed, index, maps, told } = settings;
  const one = useCase({ kind: 'fundus', size: judgeWorld.size, seed, index }, undefined, fail);
  const truth = one?.diagnosis ?? 0;
  const diagnosis = told === 'truth' ? truth : ((1 - truth) as 0 | 1);
  const fit = useFit(one, diagnosis, maps, fail);
  const [runs, setRuns] = useState<Runs>({});
  const [structure, setStructure] = useState<string>(judgeStructures[0]);
  const [back, setBack] = useState(0);

  // What was fitted to the other diagnosis stays to compare with, as long as case and maps are the same.
  useEffect(() => setRuns({}), [one, maps]);
  useEffect(() => {
    if (fit.states.length) setRuns((before) => ({ ...before, [told]: fit.states }));
  }, [fit.states, told]);
  useEffect(() => {
    if (fit.isRunning) setBack(0);
  }, [fit.isRunning]);

  const states = fit.states.length ? fit.states : (runs[told] ?? []);
  const at = Math.max(0, states.length - 1 - back);
  const state = states[at];
  const panel = useMemo(() => one && panelOf(one, structure, []), [one, structure]);
  const picture = useMemo(() => one && pictureCanvas(one.image, 0), [one]);
  const view = useMemo(() => panel && closeUp(panel), [panel]);
  const outlines = useMemo(() => {
    if (!panel || !picture || !view) return undefined;
    const { width, height } = panel.image;
    const lines = panel.raters.map(({ mask }, place) => ({
      ...strokeOf(place),
      ends: outlineOf(mask, width, height),
    }));
    return { base: picture, view, lines };
  }, [panel, picture, view]);
  const verdict = verdictOf(truth, runs);
  const series = (of: (state: (typeof states)[number]) => number): Series[] =>
    tellings.flatMap((one) => (runs[one]?.length ? [{ ...LINES[one], values: runs[one].map(of) }] : []));
  const [logits, objectives] = [series(({ logit }) => logit), series(({ objective }) => objective)];
  const extremes = (all: readonly Series[], ...more: number[]) => {
    const values = [...all.flatMap(({ values }) => values), ...more];
    return { low: Math.min(...values), high: Math.max(...values) };
  };
  // Elsewhere the maps change nothing.
  const disputed = useMemo(
    () => (panel ? disputedPixels(panel.raters.map(({ mask }) => mask)) : []),
    [panel],
  );
  const share = (map: Float32Array) =>
    disputed.reduce((sum, pixel) => sum + map[pixel]!, 0) / Math.max(1, disputed.length);
  const shown = useMemo(() => {
    if (!state || !panel) return [];
    return Object.entries(state.expertness).map(([rater, map]) => {
      const opacity = new Float32Array(map.length);
      for (const pixel of disputed) opacity[pixel] = Math.min(1, (map[pixel]! * panel.raters.length) / 2);
      return { rater, map, opacity };
    });
  }, [state, panel, disputed]);

  return (
    <>
      <p class="status">
        {one
          ? `A phantom of ${judgeWorld.size} × ${judgeWorld.size} pixels that the network has not seen. The patient is ${named(truth)}.`
          : 'Drawing a phantom…'}
      </p>
      <main>
        <form class="card case" onSubmit={(event) => event.preventDefault()}>
          <h2>Fusion</h2>
          <NumberField label="Case" value={index} max={9999} change={(index) => change({ index })} />
          <Choice
            label="Expertness maps are written"
            value={maps}
            options={waysToWrite}
            names={WAYS}
            change={(maps) => change({ maps })}
          />
          <fieldset class="raters">
            <legend>The fusion is told</legend>
            {tellings.map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="told"
                  checked={told === one}
                  onChange={() => change({ told: one })}
                />
                {one === 'truth'
                  ? `“${named(truth)}”, the truth`
                  : `“${named((1 - truth) as 0 | 1)}”, which is wrong`}
              </label>
            ))}
          </fieldset>
          <div class="row">
            <button type="button" disabled={!one} onClick={fit.isRunning ? fit.stop : fit.go}>
              {fit.isRunning
                ? 'Stop'
                : fit.states.length && !fit.isDone
                  ? 'Go on'
                  : runs[told]
                    ? 'Start again'
                    : 'Start'}
            </button>
          </div>
          <label class="slider">
            <span>
              Step <b>{state?.step ?? 0}</b> of {ITERATIONS}
            </span>
            <input
              type="range"
              min="0"
              max={Math.max(0, states.length - 1)}
              value={at}
              disabled={states.length < 2}
              onInput={({ currentTarget }) => {
                fit.stop();
                setBack(states.length - 1 - Number(currentTarget.value));
              }}
            />
          </label>
          <Choice label="Structure" value={structure} options={judgeStructures} change={setStructure} />
          <p class="note">
            Start loads TensorFlow.js and a network of 448 kB that was trained on other phantoms: it sees the
            picture and the raters' mean vote.
          </p>
        </form>
        <section class="card drawing" aria-labelledby="verdict-title">
          <h2 id="verdict-title">What the network says</h2>
          <div class="curves">
            <Chart
              title="Logit (above 0: ill)"
              series={logits}
              {...extremes(logits, -1, 1)}
              now={at}
              first={0}
              count={ITERATIONS + 1}
            />
            <Chart
              title="Objective (how far from what it was told)"
              series={objectives}
              {...extremes(objectives, 0, 0.5)}
              now={at}
              first={0}
              count={ITERATIONS + 1}
            />
          </div>
          <p class="note">Solid: told the truth. Dashed: told the opposite.</p>
          <div class="verdict" role="status" aria-busy={fit.isRunning}>
            {verdict.length === 0 ? (
              <p>Start, then tell it the opposite and start again.</p>
            ) : (
              verdict.map((sentence, k) => (
                <p key={sentence.slice(0, 20)} class={k === 3 ? 'warning' : ''}>
                  {sentence}
                </p>
              ))
            )}
          </div>
        </section>
        <div class="results">
          {panel && picture && view && outlines && (
            <section class="card" aria-labelledby="label-title">
              <h2 id="label-title">The label</h2>
              <div class="tiles few">
                <figure>
                  <Plane label={`Outlines of the ${panel.structure}`} layers={outlines} />
                  <figcaption>
                    <strong>Outlines</strong>
                    <span>{panel.raters.length} raters</span>
                  </figcaption>
                </figure>
                {states[0] && state && (
                  <>
                    <Degrees
                      title="Mean vote"
                      about={`step 0, logit ${signed(states[0].logit)}`}
                      threshold={0.5}
                      map={states[0].fused[panel.structure]!}
                      {...{ picture, view }}
                    />
                    <Degrees
                      title="Fused label"
                      about={`step ${state.step}, logit ${signed(state.logit)}`}
                      threshold={0.5}
                      map={state.fused[panel.structure]!}
                      {...{ picture, view }}
                    />
                  </>
                )}
              </div>
            </section>
          )}
          {panel && picture && view && state && (
            <section class="card" aria-labelledby="expertness-title">
              <h2 id="expertness-title">Whom it follows where</h2>
              <div class="tiles">
                {shown.map(({ rater, map, opacity }) => (
                  <Degrees
                    key={rater}
                    title={rater}
                    about={`${(share(map) * panel.raters.length).toFixed(2)} × an equal share`}
                    map={opacity}
                    colour={COOL}
                    {...{ picture, view }}
                  />
                ))}
              </div>
              <p class="note">
                Shown where raters differ, since elsewhere it changes nothing: the more violet, the more a
                rater counts there, half violet being an equal share. The numbers are means over these pixels.
              </p>
            </section>
          )}
        </div>
      </main>
    </>
  );
}
