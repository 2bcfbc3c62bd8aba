import { useMemo } from 'preact/hooks';
import { WARM } from '../drawing/colours.js';
import { outlineOf } from '../drawing/outline.js';
import { mapCanvas, type View } from '../drawing/paint.js';
import { Plane } from './plane.js';

interface Props {
  title: string;
  about: string;
  map: Float32Array;
  picture: HTMLCanvasElement;
  view: View;
  colour?: readonly [number, number, number];
  /** Where it is outlined, if it is. */
  threshold?: number;
}

/** A map over the picture, with its title. */
export function Degrees({ title, about, map, picture, view, colour = WARM, threshold }: Props) {
  const layers = useMemo(() => {
    const { width, height } = picture;
    const lines =
      threshold === undefined
        ? []
        : [{ colour: '#fff', dash: [], ends: outlineOf(map, width, height, threshold) }];
    return { base: mapCanvas(picture, map, colour), view, lines };
  }, [picture, map, view, colour, threshold]);
  return (
    <figure>
      <Plane label={`${title}: ${about}`} layers={layers} />
      <figcaption>
        <strong>{title}</strong>
        <span>{about}</span>
      </figcaption>
    </figure>
  );
}
