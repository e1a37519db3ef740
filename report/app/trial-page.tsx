/** One trial: in words, drawn, and each event as it was recorded. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PageTrial } from '../../harness/report/data.ts';
import { compareViews } from '../../harness/report/diff/compare.ts';
import { viewOf } from '../../harness/report/view/view.ts';
import type { View } from '../../harness/report/view/view.ts';
import { loadHistory } from './load.ts';
import { Text, Verdict, duration, outcomeOf } from './parts.tsx';
import { Story } from './story.tsx';
import { Workbench } from './workbench.tsx';

interface Props {
  readonly trial: PageTrial;
  readonly number: number;
  readonly seq: number | undefined;
}

type Loaded = { readonly view: View; readonly reference: View | undefined } | { readonly problem: string };

const load = async (trial: PageTrial): Promise<Loaded> => {
  if (trial.tooLong === true)
    return { problem: "The history is too long to be drawn; all events are in history.ndjson in the trial's folder." };
  if (trial.history === undefined) return { problem: 'The history of this trial is not in the report.' };
  try {
    const view = viewOf(await loadHistory(trial.history));
    const reference = trial.reference === undefined ? undefined : viewOf(await loadHistory(trial.reference.history));
    return { view, reference };
  } catch (error) {
    return { problem: `The history cannot be drawn: ${error instanceof Error ? error.message : String(error)}` };
  }
};

export const TrialPage = ({ trial, number, seq }: Props): JSX.Element => {
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    let wanted = true;
    void load(trial).then((one) => wanted && setLoaded(one));
    return () => {
      wanted = false;
    };
  }, [trial]);
  const drawn = loaded !== undefined && 'view' in loaded ? loaded : undefined;
  const difference = useMemo(
    () => (drawn?.reference === undefined ? undefined : compareViews(drawn.view, drawn.reference)),
    [drawn],
  );
  return (
    <main class="trial">
      <header class="trial-head">
        <h1>
          <Text>{trial.label}</Text>
        </h1>
        <Verdict outcome={outcomeOf(trial)} />
        <span class="muted">
          <Text>{trial.workers}</Text> · {duration(trial.totalMs)}
        </span>
        <p class="title">
          <Text>{trial.title}</Text>
        </p>
        {trial.excerpt !== undefined && (
          <p class="muted">
            {trial.excerpt.shown} of {trial.excerpt.of} <Text>{trial.excerpt.called}</Text>s are drawn, those first of
            which something is said; all events are in history.ndjson in the trial's folder
          </p>
        )}
        {trial.attempts.length > 0 && (
          <p class="muted">
            attempt {trial.attempts.length + 1}; before it:{' '}
            <Text>{trial.attempts.map(({ outcome, reasons }) => [outcome, ...reasons].join(', ')).join(' / ')}</Text>
          </p>
        )}
      </header>
      <div class="trial-body">
        <Story trial={trial} number={number} difference={difference} />
        {drawn !== undefined ? (
          <Workbench trial={trial} number={number} view={drawn.view} difference={difference} seq={seq} />
        ) : (
          <p class="muted nothing" aria-live="polite">
            {loaded === undefined ? 'Reading the history…' : 'problem' in loaded ? loaded.problem : ''}
          </p>
        )}
      </div>
    </main>
  );
};
