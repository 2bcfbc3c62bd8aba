/** NiiVue, which this file alone loads: a chunk that no visit asks for without a volume. */
import type { Image } from '@diff/datasets/phantom';
import { Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue';

/** What is laid over the image. */
export interface Overlay {
  name: string;
  values: Uint8Array | Float32Array;
  /** What is above this is seen, up to 1. */
  above: number;
  colour: readonly [red: number, green: number, blue: number];
  /** 0 hides it. */
  opacity: number;
}

export type SpaceView = 'all' | 'axial' | 'coronal' | 'sagittal' | 'render';

const TYPES: Record<SpaceView, SLICE_TYPE> = {
  all: SLICE_TYPE.MULTIPLANAR,
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  render: SLICE_TYPE.RENDER,
};

/** NIfTI's numbers of types. */
const [BYTES, FLOATS] = [2, 16];

/** A volume in space, on a canvas that fills its parent. */
export class Scene {
  readonly #niivue: Niivue;
  readonly #image: Image;
  #isClosed = false;
  /** What is being shown: one after the other. */
  #last: Promise<void> = Promise.resolve();

  private constructor(niivue: Niivue, image: Image) {
    this.#niivue = niivue;
    this.#image = image;
  }

  /** @throws Error where there is no WebGL 2, or the volume is too long for its textures. */
  static async open(canvas: HTMLCanvasElement, image: Image): Promise<Scene> {
    const gl = canvas.getContext('webgl2');
    if (!gl) throw new Error('this browser has no WebGL 2');
    const most = gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number;
    const { width, height, depth = 1 } = image;
    if (Math.max(width, height, depth) > most)
      throw new Error(`it is ${Math.max(width, height, depth)} voxels long, expected at most ${most}`);
    const niivue = new Niivue({
      logLevel: 'error',
      loadingText: '',
      dragAndDropEnabled: false,
      scrollRequiresFocus: true,
      // Voxels as they are, and as the rest of the page has them.
      isNearestInterpolation: true,
      multiplanarShowRender: SHOW_RENDER.ALWAYS,
      crosshairColor: [1, 1, 1, 1],
      crosshairWidth: 0.3,
      crosshairWidthUnit: 'percent',
      backColor: [0, 0, 0, 1],
    });
    await niivue.attachToCanvas(canvas);
    const scene = new Scene(niivue, image);
    const grey = greyOf(image);
    // A background of nothing, where there is no picture.
    const base = await scene.#volume('image', grey ?? new Uint8Array(width * height * depth), 'gray');
    if (!grey) Object.assign(base, { cal_min: 0, cal_max: 1 });
    niivue.addVolume(base);
    return scene;
  }

  /** Shows these and no others, each over those before. */
  show(overlays: readonly Overlay[]): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(() => this.#show(overlays));
    return this.#last;
  }

  async #show(overlays: readonly Overlay[]): Promise<void> {
    if (this.#isClosed) return;
    const niivue = this.#niivue;
    // A volume keeps the type of its values: where there are more or fewer, all are made anew.
    if (niivue.volumes.length !== overlays.length + 1)
      for (const old of niivue.volumes.slice(1)) niivue.removeVolume(old);
    for (const [place, { values, above, colour, opacity }] of overlays.entries()) {
      const [r, g, b] = colour;
      const map = `overlay ${place}`;
      // From dark to light, and all of it seen: NiiVue leaves out what is not above the lower end.
      niivue.addColormap(map, { R: [r / 2, r], G: [g / 2, g], B: [b / 2, b], A: [0, 255], I: [0, 255] });
      const old = niivue.volumes[place + 1];
      const one = old ?? (await this.#volume(map, values, map));
      if (this.#isClosed) return;
      Object.assign(one, { img: values, cal_min: above, cal_max: 1, opacity });
      if (!old) niivue.addVolume(one);
    }
    niivue.updateGLVolume();
  }

  view(view: SpaceView): void {
    this.#niivue.setSliceType(TYPES[view]);
  }

  /** Moves the crosshair to the middle of a slice of the file. */
  lookAt(slice: number): void {
    const { width, height } = this.#image;
    const place = [(width - 1) / 2, (height - 1) / 2, slice, 1];
    const affine = affineOf(this.#image);
    const millimetres = [0, 4, 8].map((row) =>
      place.reduce((sum, value, k) => sum + affine[row + k]! * value, 0),
    );
    const { scene } = this.#niivue;
    scene.crosshairPos = this.#niivue.mm2frac(millimetres as [number, number, number]);
    this.#niivue.drawScene();
  }

  close(): void {
    this.#isClosed = true;
    this.#niivue.cleanup();
    this.#niivue.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #volume(name: string, values: Uint8Array | Float32Array, map: string): Promise<NVImage> {
    const { width, height, depth = 1 } = this.#image;
    const affine = affineOf(this.#image);
    const spacing = [0, 1, 2].map((k) => Math.hypot(affine[k]!, affine[4 + k]!, affine[8 + k]!));
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const type = values instanceof Uint8Array ? BYTES : FLOATS;
    const file = NVImage.createNiftiArray([width, height, depth], spacing, [...affine], type, bytes);
    return NVImage.loadFromFile({
      file: new File([file as Uint8Array<ArrayBuffer>], `${name}.nii`),
      colormap: map,
    });
  }
}

/** Where voxels lie: as the file says, else along the axes by their spacing. */
function affineOf({ affine, spacing = [1, 1, 1] }: Image): readonly number[] {
  const [across, down, deep = 1] = spacing;
  return affine ?? [across, 0, 0, 0, 0, down, 0, 0, 0, 0, deep, 0, 0, 0, 0, 1];
}

/** The image with one value per voxel, the mean of its channels; `undefined` where there is none. */
function greyOf({ data, channels }: Image): Float32Array | undefined {
  if (channels === 0) return undefined;
  if (channels === 1) return Float32Array.from(data);
  const grey = new Float32Array(data.length / channels);
  for (let i = 0; i < data.length; i++) grey[Math.floor(i / channels)]! += data[i]! / channels;
  return grey;
}
