import type { Case } from '@diff/datasets/phantom';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { strokeOf } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { pictureCanvas, sliceOf } from '../drawing/paint.js';
import { fuseAll } from '../fusions.js';
import { closeUp, panelOf } from '../panel.js';
import type { Settings } from '../settings.js';
import { useAgreement } from '../use-agreement.js';
import { useCase } from '../use-case.js';
import { AgreementTables } from './agreement-tables.js';
import { CaseForm } from './case-form.js';
import { Disputes } from './disputes.js';
import { Downloads } from './downloads.js';
import { Drawing } from './drawing.js';
import { FusionTiles } from './fusion-tiles.js';
import { StapleSteps } from './staple-steps.js';
import { Volume } from './volume.js';

/** How many strokes can be undone. */
const UNDONE = 20;

interface Props {
  settings: Settings;
  /** The visitor's own files, where they are open. */
  own: Case | undefined;
  change(settings: Partial<Settings>): void;
  open(files: readonly File[]): void;
  close(): void;
  fail(problem: string): void;
}

/** Raters' masks fused in several ways. */
export function FusePage({ settings, own, change, open, close, fail }: Props) {
  const [strokes, setStrokes] = useState<readonly Uint8Array[]>([]);
  const [slice, setSlice] = useState(0);
  const [marked, setMarked] = useState<string>();

  const one = useCase(settings, own, fail);
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
  const agreement = useAgreement(masks, fused, fail);
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

  // Another case or structure is another drawing, and a volume is seen from its middle.
  useEffect(() => setStrokes([]), [one, panel?.structure]);
  useEffect(() => setSlice(Math.floor((one?.image.depth ?? 1) / 2)), [one]);

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
    <>
      <p class="status" role="status">
        {told}
      </p>
      <main>
        <CaseForm
          {...{ settings, panel, change, open }}
          own={own && `${own.id}${panel && panel.raters.length > 1 ? ' and others' : ''}`}
          close={close}
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
              {panel.depth > 1 && <Volume {...{ panel, fused, slice, threshold }} />}
              <StapleSteps {...{ panel, fused, picture, view, slice, threshold }} />
              <Disputes {...{ panel, picture, view, slice }} />
              <AgreementTables {...{ panel, agreement }} />
              <Downloads {...{ panel, fused, agreement, threshold, slice }} fail={fail} />
            </>
          )}
        </div>
      </main>
    </>
  );
}
