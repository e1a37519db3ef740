/** What the run exercised of the contract, what it left out, and what it ran on. */
import type { JSX } from 'preact';
import type { PageIndex } from '../../harness/report/data.ts';
import { Text } from './parts.tsx';

const List = ({ title, items }: { readonly title: string; readonly items: readonly string[] }): JSX.Element | null =>
  items.length === 0 ? null : (
    <details>
      <summary>
        {title} <span class="muted">({items.length})</span>
      </summary>
      <ul class="plain">
        {items.map((item) => (
          <li key={item}>
            <Text>{item}</Text>
          </li>
        ))}
      </ul>
    </details>
  );

const Contract = ({ contract }: { readonly contract: NonNullable<PageIndex['contract']> }): JSX.Element => (
  <section aria-labelledby="contract">
    <h2 id="contract">The contract</h2>
    <p class="muted">
      {contract.exercised.length} of {contract.exercised.length + contract.never.length} interactions were exercised by
      real traffic.
    </p>
    <List title="exercised" items={contract.exercised} />
    <List title="never" items={contract.never} />
    <List title="provider states never found" items={contract.providerStates.never} />
    <List title="fields the contract does not know" items={contract.unknownFields} />
    <List title="answers and routes it does not have" items={contract.uncovered} />
  </section>
);

export const Surroundings = ({ index }: { readonly index: PageIndex }): JSX.Element => {
  const versions = Object.entries(
    Object.assign({}, ...index.trials.map((trial) => trial.versions)) as Record<string, string>,
  );
  const facts: readonly (readonly [string, string])[] = [
    ...(index.environment === undefined
      ? []
      : [
          [
            'environment',
            `${index.environment.mode}: Kafka ${index.environment.kafka}, PostgreSQL ${index.environment.postgres}`,
          ] as const,
        ]),
    ...versions.map(([name, version]) => [name, version] as const),
    ['faultline', index.faultline],
    ['report made', index.made],
  ];
  return (
    <>
      {index.contract !== undefined && <Contract contract={index.contract} />}
      <section aria-labelledby="ran-on">
        <h2 id="ran-on">What it ran on</h2>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>
                <Text>{name}</Text>
              </dt>
              <dd>
                <Text>{value}</Text>
              </dd>
            </div>
          ))}
        </dl>
        <List title="not applicable" items={index.notApplicable.map(({ name, reason }) => `${name}: ${reason}`)} />
      </section>
    </>
  );
};
