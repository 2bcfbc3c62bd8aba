import { useRef } from 'preact/hooks';
import { strokeOf } from '../drawing/colours.js';
import type { Panel } from '../panel.js';
import { judged, kinds, type Settings, sizes } from '../settings.js';
import { Choice, NumberField } from './fields.js';

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
  return (
    <form class="card case" onSubmit={(event) => event.preventDefault()}>
      <h2>Case</h2>
      {own === undefined ? (
        <>
          <Choice
            label="Phantom"
            value={settings.kind}
            options={kinds}
            names={KINDS}
            change={(kind) => change({ kind, structure: '', without: [] })}
          />
          <div class="row">
            <NumberField
              label="Seed"
              value={settings.seed}
              max={999_999}
              change={(seed) => change({ seed })}
            />
            <NumberField
              label="Case"
              value={settings.index}
              max={9999}
              change={(index) => change({ index })}
            />
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
            <Choice
              label="Structure"
              value={panel.structure}
              options={panel.structures}
              change={(structure) => change({ structure })}
            />
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
          <Choice
            label="STAPLE judges raters"
            value={settings.judge}
            options={judged}
            names={JUDGED}
            change={(judge) => change({ judge })}
          />
        </>
      )}
    </form>
  );
}
