/** Scenarios by workers, where more than one set of workers ran. */
import type { JSX } from 'preact';
import type { PageTrial } from '../../harness/report/data.ts';
import { Text, Verdict, outcomeOf } from './parts.tsx';
import { hrefOf } from './route.ts';

export const Matrix = ({ trials }: { readonly trials: readonly PageTrial[] }): JSX.Element | null => {
  const sets = [...new Set(trials.map(({ workers }) => workers))];
  if (sets.length < 2) return null;
  const names = [...new Set(trials.map(({ name }) => name))].sort();
  return (
    <section aria-labelledby="matrix">
      <h2 id="matrix">Scenarios by workers</h2>
      <div class="scroll-x" tabIndex={0} role="region" aria-labelledby="matrix">
        <table>
          <thead>
            <tr>
              <th scope="col">scenario</th>
              {sets.map((set) => (
                <th scope="col" key={set}>
                  <Text>{set}</Text>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">
                  <Text>{name}</Text>
                </th>
                {sets.map((set) => (
                  <td key={set}>
                    {trials.map((trial, key) =>
                      trial.name === name && trial.workers === set ? (
                        <a key={key} href={hrefOf({ page: 'trial', trial: key, seq: undefined })}>
                          <Verdict outcome={outcomeOf(trial)} />
                        </a>
                      ) : null,
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
