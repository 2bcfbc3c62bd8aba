import { useEffect, useRef, useState } from 'preact/hooks';
import { rgbOf, strokeOf, WARM } from '../drawing/colours.js';
import { type Fused, type Method, methods } from '../fusions.js';
import type { Panel } from '../panel.js';
import type { Overlay, Scene, SpaceView } from '../volume/scene.js';
import { tooLarge } from '../volume/size.js';
import { Choice } from './fields.js';

/** Milliseconds without a change. */
const PAUSE = 60;

const VIEWS = ['all', 'axial', 'coronal', 'sagittal', 'render'] as const satisfies readonly SpaceView[];
const VIEW_NAMES = {
  all: 'three slices and render',
  ...{ axial: 'axial', coronal: 'coronal', sagittal: 'sagittal', render: 'render' },
};
const SHOWN = ['both', 'fusion', 'raters'] as const;
const SHOWN_NAMES = { both: 'the fusion and the raters', fusion: 'the fusion', raters: 'the raters' };

interface Props {
  panel: Panel;
  fused: Fused;
  slice: number;
  threshold: number;
}

/** A volume with its fusion and its raters in NiiVue, which is loaded for it. */
export function Volume({ panel, fused, slice, threshold }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<Scene>();
  const [problem, setProblem] = useState('');
  const [view, setView] = useState<SpaceView>('all');
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('both');
  const [method, setMethod] = useState<Method>('STAPLE');
  const { image, raters, structure } = panel;
  const excess = tooLarge(panel.shape, raters.length);
  const isTooLarge = excess !== undefined;

  useEffect(() => {
    setProblem('');
    if (isTooLarge) return;
    // Of its own, since a canvas whose context was given up has no other.
    const canvas = document.createElement('canvas');
    canvas.setAttribute(
      'aria-label',
      `The ${structure} in space, as ${methods.join(', ')} or raters have it`,
    );
    canvas.setAttribute('role', 'img');
    place.current!.append(canvas);
    const opened = import('../volume/scene.js').then(({ Scene }) => Scene.open(canvas, image));
    let isWanted = true;
    opened.then(
      (one) => isWanted && setScene(one),
      (error: Error) => isWanted && setProblem(`The volume cannot be shown in space: ${error.message}.`),
    );
    return () => {
      isWanted = false;
      setScene(undefined);
      canvas.remove();
      opened.then((one) => one.close()).catch(() => {});
    };
  }, [image, structure, isTooLarge]);

  useEffect(() => {
    if (!scene) return;
    const start = setTimeout(() => {
      const overlays: Overlay[] = raters.map(({ name, mask, isIn }, k) => ({
        ...{ name, values: mask, above: 0.5, colour: rgbOf(strokeOf(k).colour) },
        opacity: isIn && shown !== 'fusion' ? 0.4 : 0,
      }));
      const values = new Float32Array(fused.maps[method]);
      const opacity = shown === 'raters' ? 0 : 0.75;
      overlays.push({ name: method, values, above: threshold, colour: WARM, opacity });
      scene.show(overlays).catch((error: Error) => setProblem(`NiiVue: ${error.message}.`));
    }, PAUSE);
    return () => clearTimeout(start);
  }, [scene, fused, method, threshold, raters, shown]);
  useEffect(() => scene?.view(view), [scene, view]);
  useEffect(() => scene?.lookAt(slice), [scene, slice]);

  return (
    <section class="card" aria-labelledby="space-title" aria-busy={!scene && !problem && !isTooLarge}>
      <h2 id="space-title">In space</h2>
      {isTooLarge ? (
        <p>{excess}</p>
      ) : (
        <>
          <div class="row wide">
            <Choice
              label="View"
              value={view}
              options={VIEWS}
              names={VIEW_NAMES}
              change={(one) => setView(one)}
            />
            <Choice
              label="Shown"
              value={shown}
              options={SHOWN}
              names={SHOWN_NAMES}
              change={(one) => setShown(one)}
            />
            <Choice label="Fused by" value={method} options={methods} change={(one) => setMethod(one)} />
          </div>
          {problem && <p>{problem}</p>}
          <div ref={place} class="space" hidden={problem !== ''} />
          <p class="note">
            Click or drag to move the crosshair and to turn the render, scroll to go through slices; the keys
            H, J, K and L and the slider of slices move it too. The fusion is orange where it is above the
            threshold, each rater has the colour of their outline. NiiVue shows it.
          </p>
        </>
      )}
    </section>
  );
}
