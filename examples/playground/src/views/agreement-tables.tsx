import type { Agreement } from '../agreement.js';
import type { Panel } from '../panel.js';
import { Scroll } from './scroll.js';

const shown = (value: number | undefined, digits = 3) => value?.toFixed(digits) ?? '–';

/** How far raters agree with each other, and each with STAPLE. */
export function AgreementTables({ panel, agreement }: { panel: Panel; agreement: Agreement | undefined }) {
  const names = panel.raters.filter(({ isIn }) => isIn).map(({ name }) => name);
  return (
    <section class="card" aria-labelledby="agreement-title" aria-busy={agreement === undefined}>
      <h2 id="agreement-title">How far they agree</h2>
      {agreement === undefined ? (
        <p>Comparing every two raters…</p>
      ) : (
        <>
          <p class="alpha">
            Krippendorff's α <strong>{shown(agreement.alpha?.estimate)}</strong>
            {agreement.alpha && ` [${agreement.alpha.interval.map((bound) => bound.toFixed(3)).join(', ')}]`}
          </p>
          <div class="tables">
            <Matrix title="Dice coefficient of every two" names={names} values={agreement.dice} />
            <Matrix title="Cohen's κ of every two" names={names} values={agreement.kappa} />
            <Scroll label="Each rater against STAPLE">
              <table>
                <caption>Each against STAPLE</caption>
                <thead>
                  <tr>
                    <th scope="col">Rater</th>
                    <th scope="col">Sensitivity</th>
                    <th scope="col">Specificity</th>
                    <th scope="col">Dice</th>
                  </tr>
                </thead>
                <tbody>
                  {names.map((name, i) => {
                    const { sensitivity, specificity, dice, standardError } = agreement.ranks[i]!;
                    return (
                      <tr key={name}>
                        <th scope="row">{name}</th>
                        <td>{shown(sensitivity)}</td>
                        <td>{shown(specificity)}</td>
                        <td>
                          {shown(dice)} ± {shown(standardError)}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </Scroll>
          </div>
        </>
      )}
      <p class="note">
        κ and α count the background too, on which it is easy to agree. Pixels beside each other are not
        independent: the interval of α and the errors of Dice are lower bounds.
      </p>
    </section>
  );
}

interface MatrixProps {
  title: string;
  names: readonly string[];
  values: readonly (readonly (number | undefined)[])[];
}

function Matrix({ title, names, values }: MatrixProps) {
  return (
    <Scroll label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, i) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, j) => (
                <td key={other} class={i === j ? 'same' : ''}>
                  {i === j ? '' : shown(values[i]?.[j], 2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
