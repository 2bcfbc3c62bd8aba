import type { CanvasHTMLAttributes } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Layers, paint } from '../drawing/paint.js';

type Events = Omit<CanvasHTMLAttributes<HTMLCanvasElement>, 'width' | 'height' | 'label'>;

/** A canvas as wide as its place, with as many pixels as the screen has there. */
export function Plane({ label, layers, ...events }: { label: string; layers: Layers } & Events) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const { width: across, height: down } = layers.view;
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) =>
      setWidth(Math.round(entry!.contentRect.width * Math.min(2, devicePixelRatio))),
    );
    watch.observe(canvas.current!);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    // A place that does not change keeps its canvas: to set its size would clear it.
    if (canvas.current.width !== width) canvas.current.width = width;
    const height = Math.round((width * down) / across);
    if (canvas.current.height !== height) canvas.current.height = height;
    paint(canvas.current, layers);
  }, [width, layers, across, down]);
  return (
    <canvas
      ref={canvas}
      class="plane"
      style={{ aspectRatio: `${across} / ${down}` }}
      role="img"
      aria-label={label}
      {...events}
    />
  );
}
