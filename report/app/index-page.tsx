/** Every trial of the run, what is wrong in it told once, and what it ran on. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { PageFinding, PageIndex, PageTrial } from '../../harness/report/data.ts';
import { visible } from '../../harness/report/view/visible.ts';
import { Code, Command, Text, Verdict, duration, outcomeOf } from './parts.tsx';
import type { Outcome } from './parts.tsx';
import { Matrix } from './matrix.tsx';
import { Surroundings } from './surroundings.tsx';
import { hrefOf } from './route.ts';

const ORDER: readonly Outcome[] = ['failed', 'unknown', 'known', 'not judged', 'passed'];

interface Listed {
  readonly trial: PageTrial;
  readonly key: number;
  readonly outcome: Outcome;
}

const textOf = ({ label, title, tags, broke, causes, workers }: PageTrial): string =>
  [label, title, workers, ...tags, ...broke.flatMap(({ id, message }) => [id, message]), ...causes.map(({ id }) => id)]
    .join(' ')
    .toLowerCase();

const Why = ({ trial }: { readonly trial: PageTrial }): JSX.Element | null => {
  const [cause] = trial.causes;
  const [broke] = trial.broke;
  const [reason] = trial.undecided;
  if (trial.outcome === 'passed') return null;
  return (
    <span class="why">
      {cause !== undefined && (
        <span class="cause">
          <Text>{cause.id}</Text>
        </span>
      )}
      <Text>{broke?.message ?? reason?.text ?? ''}</Text>
    </span>
  );
};

const TrialRow = ({
  trial,
  index,
  outcome,
}: {
  readonly trial: PageTrial;
  readonly index: number;
  readonly outcome: Outcome;
}): JSX.Element => (
  <li class={`trial-row ${outcome.replace(' ', '-')}`}>
    <a class="trial-link" href={hrefOf({ page: 'trial', trial: index, seq: undefined })}>
      <Verdict outcome={outcome} />
      <span class="what">
        <strong>
          <Text>{trial.label}</Text>
        </strong>
        <span class="title">
          <Text>{trial.title}</Text>
        </span>
        <Why trial={trial} />
      </span>
      <span class="figures">
        {trial.attempts.length > 0 && <span>{trial.attempts.length + 1} attempts</span>}
        <span>{duration(trial.totalMs)}</span>
      </span>
    </a>
    <details class="replay">
      <summary>replay</summary>
      <Command text={trial.replay} />
    </details>
  </li>
);

const Findings = ({ findings }: { readonly findings: readonly PageFinding[] }): JSX.Element | null =>
  findings.length === 0 ? null : (
    <section aria-labelledby="findings">
      <h2 id="findings">{findings.length === 1 ? 'One finding' : `${findings.length} findings`}</h2>
      <ul class="findings">
        {findings.map((finding) => (
          <li key={finding.id}>
            <span class="finding-head">
              <Code code={finding.code} />
              <strong>
                <Text>{finding.id}</Text>
              </strong>
              {finding.state !== 'new' && <span class="tag">{finding.state}</span>}
            </span>
            <span class="title">
              <Text>{finding.message}</Text>
            </span>
            <span class="muted">
              {finding.scenarios.length === 1 ? 'in ' : `in ${finding.scenarios.length} scenarios: `}
              <Text>{finding.scenarios.slice(0, 4).join(', ') + (finding.scenarios.length > 4 ? ', …' : '')}</Text>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );

export const IndexPage = ({ index }: { readonly index: PageIndex }): JSX.Element => {
  const [hidden, setHidden] = useState<ReadonlySet<Outcome>>(new Set());
  const [tag, setTag] = useState('');
  const [query, setQuery] = useState('');
  const listed = useMemo(
    () =>
      index.trials
        .map((trial, key): Listed => ({ trial, key, outcome: outcomeOf(trial) }))
        .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)),
    [index],
  );
  const counts = new Map(ORDER.map((outcome) => [outcome, listed.filter((one) => one.outcome === outcome).length]));
  const tags = [...new Set(index.trials.flatMap((trial) => trial.tags))].sort();
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const shown = listed.filter(
    ({ trial, outcome }) =>
      !hidden.has(outcome) &&
      (tag === '' || trial.tags.includes(tag)) &&
      words.every((word) => textOf(trial).includes(word)),
  );
  const toggle = (outcome: Outcome): void => {
    const next = new Set(hidden);
    if (!next.delete(outcome)) next.add(outcome);
    setHidden(next);
  };
  const failed = counts.get('failed') ?? 0;
  const unknown = counts.get('unknown') ?? 0;
  return (
    <main class="index">
      <header class="hero">
        <h1>
          {failed > 0
            ? `${failed} of ${listed.length} trials failed`
            : unknown > 0
              ? `${unknown} of ${listed.length} trials could not be decided`
              : listed.length === 1
                ? 'The trial passed'
                : `All ${listed.length} trials passed`}
        </h1>
        <p class="muted">
          <Text>{index.title}</Text>
          {index.durationMs !== undefined && ` · ${duration(index.durationMs)}`}
          {index.notRun !== undefined && (
            <>
              {' · '}
              <Text>{index.notRun}</Text>
            </>
          )}
        </p>
      </header>
      <div class="toolbar" role="group" aria-label="filter the trials">
        {ORDER.filter((outcome) => (counts.get(outcome) ?? 0) > 0).map((outcome) => (
          <button
            type="button"
            key={outcome}
            class="chip"
            aria-pressed={!hidden.has(outcome)}
            data-outcome={outcome}
            onClick={() => toggle(outcome)}
          >
            <Verdict outcome={outcome}>
              {counts.get(outcome)} {outcome}
            </Verdict>
          </button>
        ))}
        <span class="spacer" />
        {tags.length > 0 && (
          <select
            aria-label="only trials with the tag"
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
          >
            <option value="">every tag</option>
            {tags.map((name) => (
              <option key={name} value={name}>
                {visible(name)}
              </option>
            ))}
          </select>
        )}
        <input
          type="search"
          placeholder="Search trials"
          aria-label="search the trials"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      <ul class="trials" aria-label="trials">
        {shown.map(({ trial, key, outcome }) => (
          <TrialRow key={key} trial={trial} index={key} outcome={outcome} />
        ))}
        {shown.length === 0 && <li class="muted nothing">No trial fits.</li>}
      </ul>
      <Findings findings={index.findings} />
      <Matrix trials={index.trials} />
      <Surroundings index={index} />
    </main>
  );
};
