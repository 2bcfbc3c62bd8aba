import { rasterize } from '@diff/fusion';
import { useMemo, useRef, useState } from 'preact/hooks';
import { type Line, paint, type View } from '../drawing/paint.js';
import { YOU } from '../panel.js';
import type { Settings } from '../settings.js';
import { Plane } from './plane.js';

interface Props {
  base: HTMLCanvasElement;
  view: View;
  lines: readonly Line[];
  about: string;
  isClose: boolean;
  change(settings: Pick<Settings, 'view'>): void;
  /** What the visitor drew on this slice. */
  mask: Uint8Array | undefined;
  canUndo: boolean;
  draw(mask: Uint8Array): void;
  undo(): void;
}

type Tool = 'look' | 'add' | 'cut';
const TOOLS: Record<Tool, string> = { look: 'Look', add: 'Draw', cut: 'Erase' };

/** The picture with everybody's outline, on which a visitor draws too: with the mouse, a finger, or the keyboard. */
export function Drawing({ base, view, lines, about, isClose, change, mask, canUndo, draw, undo }: Props) {
  const [tool, setTool] = useState<Tool>('look');
  const [corners, setCorners] = useState<readonly number[]>([]);
  const [cursor, setCursor] = useState<readonly [number, number]>();
  const path = useRef<number[]>([]);
  const layers = useMemo(
    () => ({ base, view, lines, stroke: corners, cursor: tool === 'look' ? undefined : cursor }),
    [base, view, lines, corners, cursor, tool],
  );
  const { width, height } = base;

  function close(ring: readonly number[]) {
    setCorners([]);
    if (ring.length < 6) return;
    const points = Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!]);
    // What an outline that crosses itself encloses twice is inside too.
    const within = rasterize([points], { shape: [height, width], rule: 'nonzero' });
    draw(
      Uint8Array.from(within, (value, i) =>
        Number(tool === 'add' ? value || mask?.[i] : !value && mask?.[i]),
      ),
    );
  }

  const placeOf = (event: PointerEvent): [number, number] => {
    const place = (event.currentTarget as Element).getBoundingClientRect();
    return [
      view.left + ((event.clientX - place.left) / place.width) * view.width,
      view.top + ((event.clientY - place.top) / place.height) * view.height,
    ];
  };

  function onPointerDown(event: PointerEvent) {
    if (tool === 'look' || !event.isPrimary) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    setCursor(undefined);
    path.current = placeOf(event);
  }

  function onPointerMove(event: PointerEvent) {
    if (path.current.length === 0 || !event.isPrimary) return;
    path.current.push(...placeOf(event));
    // Painted at once: a state for each move would come a frame late.
    paint(event.currentTarget as HTMLCanvasElement, { base, view, lines, stroke: path.current });
  }

  function onPointerUp() {
    close(path.current);
    path.current = [];
  }

  function onKeyDown(event: KeyboardEvent) {
    if (tool === 'look') return;
    const step = view.height / (event.shiftKey ? 16 : 128);
    const [x, y] = cursor ?? [view.left + view.width / 2, view.top + view.height / 2];
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const move = moves[event.key];
    const within = (value: number, from: number, size: number) =>
      Math.min(from + size, Math.max(from, value));
    if (move)
      setCursor([within(x + move[0], view.left, view.width), within(y + move[1], view.top, view.height)]);
    else if (event.key === ' ') setCorners([...corners, x, y]);
    else if (event.key === 'Enter') close(corners);
    else if (event.key === 'Escape') setCorners([]);
    else return;
    event.preventDefault();
  }

  return (
    <section class="card drawing" aria-labelledby="drawing-title">
      <h2 id="drawing-title">Everybody's outline</h2>
      <Plane
        label={about}
        layers={layers}
        tabIndex={tool === 'look' ? -1 : 0}
        data-tool={tool}
        aria-describedby={tool === 'look' ? undefined : 'keys'}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onKeyDown={onKeyDown}
      />
      <fieldset class="row tools" aria-label={`Draw as the rater “${YOU}”`}>
        {(Object.keys(TOOLS) as Tool[]).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={tool === one}
            onClick={() => {
              setTool(one);
              setCorners([]);
            }}
          >
            {TOOLS[one]}
          </button>
        ))}
        <button type="button" disabled={!canUndo} onClick={undo}>
          Undo
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={isClose}
            onChange={() => change({ view: isClose ? 'image' : 'outlines' })}
          />
          Close up
        </label>
      </fieldset>
      <p class="note" id="keys">
        {tool === 'look'
          ? `Choose Draw to outline it yourself: you are then the rater “${YOU}”.`
          : 'Drag around what you mean. By keyboard: arrows move (with Shift farther), Space sets a corner, Enter closes the outline, Escape drops it.'}
      </p>
    </section>
  );
}
