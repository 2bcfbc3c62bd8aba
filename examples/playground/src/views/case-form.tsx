import { useRef } from 'preact/hooks';
import { strokeOf } from '../drawing/colours.js';
import type { Panel } from '../panel.js';
import { judged, kinds, type Settings, sizes } from '../settings.js';

const KINDS = { fundus: 'Eye (fundus)', thyroid: 'Thyroid nodule', skin: 'Skin lesion', lung: 'Lung nodule' };
const JUDGED = { everywhere: 'on all pixels', disputed: 'where raters differ' };

interface Props {
  settings: Settings;
  panel: Panel | undefined;
  /** The name of the visitor's own files, where they are open. */
  own: string | undefined;
  change(settings: Partial<Settings>): void;
  open(files: readonly File[]): void;
  close(): void;
  mark(rater: string | undefined): void;
}

/** Where a case comes from, which structure, and who is heard. */
export function CaseForm({ settings, panel, own, change, open, close, mark }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const number = (event: Event) => {
    const { value, max } = event.currentTarget as HTMLInputElement;
    return Math.min(Number(max), Math.max(0, Math.floor(Number(value)) || 0));
  };
  return (
    <form class="card case" onSubmit={(event) => event.preventDefault()}>
      <h2>Case</h2>
      {own === undefined ? (
        <>
          <label>
            Phantom
            <select
              value={settings.kind}
              onChange={({ currentTarget }) =>
                change({ kind: currentTarget.value as Settings['kind'], structure: '', without: [] })
              }
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {KINDS[kind]}
                </option>
              ))}
            </select>
          </label>
          <div class="row">
            <label>
              Seed
              <input
                type="number"
                min="0"
                max="999999"
                value={settings.seed}
                onChange={(event) => change({ seed: number(event) })}
              />
            </label>
            <label>
              Case
              <input
                type="number"
                min="0"
                max="9999"
                value={settings.index}
                onChange={(event) => change({ index: number(event) })}
              />
            </label>
            <label>
              Pixels
              <select
                value={settings.size}
                onChange={({ currentTarget }) => change({ size: Number(currentTarget.value) })}
              >
                {sizes.map((size) => (
                  <option key={size} value={size}>
                    {size}²
                  </option>
                ))}
              </select>
            </label>
          </div>
          <button type="button" onClick={() => change({ index: (settings.index + 1) % 10_000 })}>
            Next case
          </button>
        </>
      ) : (
        <p class="own">
          <span>{own}</span>
          <button type="button" onClick={close}>
            Back to phantoms
          </button>
        </p>
      )}
      <input
        ref={files}
        id="files"
        type="file"
        multiple
        hidden
        accept=".png,.jpg,.jpeg,.nii,.gz,.json,.geojson,image/*"
        onChange={({ currentTarget }) => {
          open(Array.from(currentTarget.files ?? []));
          currentTarget.value = '';
        }}
      />
      <button type="button" onClick={() => files.current?.click()} aria-describedby="formats">
        Open masks…
      </button>
      <p class="note" id="formats">
        Or drop them anywhere: one mask per rater (PNG, NIfTI, label maps), or outlines (COCO, LabelMe,
        GeoJSON, Label Studio), with the picture if there is one. They stay in this browser.
      </p>
      {panel && (
        <>
          {panel.structures.length > 1 && (
            <label>
              Structure
              <select
                value={panel.structure}
                onChange={({ currentTarget }) => change({ structure: currentTarget.value })}
              >
                {panel.structures.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <fieldset class="raters" onPointerLeave={() => mark(undefined)}>
            <legend>Raters who are heard</legend>
            {panel.raters.map(({ name, isIn }, place) => {
              const { colour, dash } = strokeOf(place);
              return (
                <label key={name} onPointerEnter={() => mark(name)}>
                  <input
                    type="checkbox"
                    checked={isIn}
                    onFocus={() => mark(name)}
                    onBlur={() => mark(undefined)}
                    onChange={() =>
                      change({
                        without: isIn
                          ? [...settings.without, name]
                          : settings.without.filter((other) => other !== name),
                      })
                    }
                  />
                  <svg class="swatch" viewBox="0 0 24 8" aria-hidden="true">
                    <rect width="24" height="8" rx="2" fill="#222" />
                    <path d="M2 4H22" stroke={colour} stroke-width="3" stroke-dasharray={dash.join(' ')} />
                  </svg>
                  <span>{name}</span>
                </label>
              );
            })}
          </fieldset>
          <label>
            STAPLE judges raters
            <select
              value={settings.judge}
              onChange={({ currentTarget }) => change({ judge: currentTarget.value as Settings['judge'] })}
            >
              {judged.map((where) => (
                <option key={where} value={where}>
                  {JUDGED[where]}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
    </form>
  );
}
