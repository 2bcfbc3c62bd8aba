import type { Case } from '@diff/datasets/phantom';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { caseOfFiles } from './cases/open-files.js';
import { decodePicture } from './cases/picture.js';
import { strokeOf } from './drawing/colours.js';
import { outlineOf } from './drawing/outline.js';
import { pictureCanvas, sliceOf } from './drawing/paint.js';
import { fuseAll } from './fusions.js';
import { closeUp, panelOf } from './panel.js';
import { hashOf, type Settings, settingsOf } from './settings.js';
import { useAgreement } from './use-agreement.js';
import { useCase } from './use-case.js';
import { AgreementTables } from './views/agreement-tables.js';
import { CaseForm } from './views/case-form.js';
import { Disputes } from './views/disputes.js';
import { Downloads } from './views/downloads.js';
import { Drawing } from './views/drawing.js';
import { FusionTiles } from './views/fusion-tiles.js';
import { StapleSteps } from './views/staple-steps.js';

/** How many strokes can be undone. */
const UNDONE = 20;

export function App() {
  const start = useMemo(() => settingsOf(location.hash), []);
  const [settings, setSettings] = useState(start.settings);
  const [problem, setProblem] = useState(start.problems.join(' '));
  const [own, setOwn] = useState<Case>();
  const [strokes, setStrokes] = useState<readonly Uint8Array[]>([]);
  const [slice, setSlice] = useState(0);
  const [marked, setMarked] = useState<string>();

  const one = useCase(settings, own, setProblem);
  const { structure, without, threshold, judge } = settings;
  const drawn = strokes.at(-1);
  const panel = useMemo(
    () => one && panelOf(one, structure, without, drawn),
    [one, structure, without, drawn],
  );
  const masks = useMemo(
    () => panel?.raters.filter(({ isIn }) => isIn).map(({ mask }) => mask) ?? [],
    [panel],
  );
  const fused = useMemo(
    () => (panel && masks.length ? fuseAll(masks, panel.shape, judge) : undefined),
    [panel, masks, judge],
  );
  const agreement = useAgreement(masks, fused, setProblem);
  const picture = useMemo(() => one && pictureCanvas(one.image, slice), [one, slice]);
  const view = useMemo(() => {
    if (!panel) return { left: 0, top: 0, width: 1, height: 1 };
    const { width, height } = panel.image;
    return settings.view === 'outlines' ? closeUp(panel) : { left: 0, top: 0, width, height };
  }, [panel, settings.view]);
  const lines = useMemo(() => {
    if (!panel) return [];
    const { width, height } = panel.image;
    return panel.raters.flatMap(({ name, mask, isIn }, place) => {
      const ends = outlineOf(sliceOf(mask, slice, width * height), width, height);
      return isIn || name === marked ? [{ ...strokeOf(place), ends, isMarked: name === marked }] : [];
    });
  }, [panel, slice, marked]);

  useEffect(() => {
    history.replaceState(
      null,
      '',
      `${location.pathname}${location.search}${hashOf(settings, own !== undefined)}`,
    );
  }, [settings, own]);
  useEffect(() => {
    const onHash = () => {
      const { settings, problems } = settingsOf(location.hash);
      setSettings(settings);
      setProblem(problems.join(' '));
      setOwn(undefined);
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  // Another case or structure is another drawing, and a volume is seen from its middle.
  useEffect(() => setStrokes([]), [one, panel?.structure]);
  useEffect(() => setSlice(Math.floor((one?.image.depth ?? 1) / 2)), [one]);

  const change = (some: Partial<Settings>) => {
    setProblem('');
    setSettings((before) => ({ ...before, ...some }));
  };
  async function open(files: readonly File[]) {
    if (files.length === 0) return;
    try {
      const read = await Promise.all(
        files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
      );
      setOwn(await caseOfFiles(read, decodePicture));
      change({ structure: '', without: [] });
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  // Files may be dropped anywhere: the browser itself would leave the page for them.
  useEffect(() => {
    const onDrag = (event: DragEvent) => {
      event.preventDefault();
      if (event.type === 'drop') open(Array.from(event.dataTransfer?.files ?? []));
    };
    addEventListener('dragover', onDrag);
    addEventListener('drop', onDrag);
    return () => {
      removeEventListener('dragover', onDrag);
      removeEventListener('drop', onDrag);
    };
  }, []);
  function draw(stroke: Uint8Array) {
    const { width, height, depth = 1 } = panel!.image;
    const whole = drawn?.slice() ?? new Uint8Array(width * height * depth);
    whole.set(stroke, slice * width * height);
    setStrokes((before) => [...before, whole].slice(-UNDONE));
  }

  const told =
    panel && fused
      ? `${masks.length === 1 ? "1 rater's mask" : `${masks.length} raters' masks`} of the ${panel.structure}, ${[...panel.shape].reverse().join(' × ')} ${panel.depth > 1 ? 'voxels' : 'pixels'}, fused in ${fused.milliseconds.toFixed(0)} ms. STAPLE took ${fused.steps.length} iterations.`
      : panel
        ? 'No rater is heard: choose one or more.'
        : 'Drawing a phantom…';

  return (
    <div class="app">
      <header>
        <h1>Fusing raters' masks</h1>
        <p>
          Several people outlined the same thing, and nobody knows who is right. See what voting, STAPLE,
          Dawid–Skene and SIMPLE make of it, and whom they come to trust. All is computed in this browser;
          nothing leaves it.
        </p>
      </header>
      <p class="problem" role="alert">
        {problem}
      </p>
      <p class="status" role="status">
        {told}
      </p>
      <main>
        <CaseForm
          {...{ settings, panel, change, open }}
          own={own && `${own.id}${panel && panel.raters.length > 1 ? ' and others' : ''}`}
          close={() => {
            setOwn(undefined);
            change({ structure: '', without: [] });
          }}
          mark={setMarked}
        />
        {panel && picture && (
          <Drawing
            base={picture}
            {...{ view, lines, change }}
            isClose={settings.view === 'outlines'}
            about={`Outlines of the ${panel.structure} by ${panel.raters.map(({ name }) => name).join(', ')}`}
            mask={drawn && sliceOf(drawn, slice, picture.width * picture.height)}
            canUndo={strokes.length > 0}
            draw={draw}
            undo={() => setStrokes(strokes.slice(0, -1))}
          />
        )}
        <div class="results">
          {panel && panel.depth > 1 && (
            <label class="card slider">
              <span>
                Slice <b>{slice + 1}</b> of {panel.depth}
              </span>
              <input
                type="range"
                min="0"
                max={panel.depth - 1}
                value={slice}
                onInput={({ currentTarget }) => setSlice(Number(currentTarget.value))}
              />
            </label>
          )}
          {panel && picture && fused && (
            <>
              <FusionTiles
                {...{ panel, fused, picture, view, slice, threshold }}
                change={(threshold) => change({ threshold })}
              />
              <StapleSteps {...{ panel, fused, picture, view, slice, threshold }} />
              <Disputes {...{ panel, picture, view, slice }} />
              <AgreementTables {...{ panel, agreement }} />
              <Downloads {...{ panel, fused, agreement, threshold, slice }} fail={setProblem} />
            </>
          )}
        </div>
      </main>
    </div>
  );
}
