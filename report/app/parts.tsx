/** Small things that several pages show. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visible } from '../../harness/report/view/visible.ts';
import type { PageTrial } from '../../harness/report/data.ts';
import { hrefOf } from './route.ts';

/** Somebody else's text: never markup, never able to turn the page's own around. */
export const Text = ({ children }: { readonly children: string }): JSX.Element => <bdi>{visible(children)}</bdi>;

export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

export type Outcome = PageTrial['outcome'] | 'known';

export const outcomeOf = (trial: Pick<PageTrial, 'outcome' | 'known'>): Outcome =>
  trial.known ? 'known' : trial.outcome;

const MARKS: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  failed: '✗',
  unknown: '?',
  known: '≈',
  'not judged': '–',
};

export const Verdict = ({
  outcome,
  children,
}: {
  readonly outcome: Outcome;
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <span class={`verdict ${outcome.replace(' ', '-')}`}>
    <span class="mark" aria-hidden="true">
      {MARKS[outcome]}
    </span>
    <span>{children ?? outcome}</span>
  </span>
);

/** `#57`: leads to the event. */
export const Evidence = ({
  trial,
  seqs,
}: {
  readonly trial: number;
  readonly seqs: readonly number[];
}): JSX.Element | null =>
  seqs.length === 0 ? null : (
    <span class="evidence">
      {seqs.map((seq) => (
        <a
          key={seq}
          class="seq"
          href={hrefOf({ page: 'trial', trial, seq })}
          data-seq={seq}
          aria-label={`to event ${seq}`}
        >
          #{seq}
        </a>
      ))}
    </span>
  );

const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // From a file the clipboard may be refused: then the reader selects it by hand.
    return false;
  }
};

export const Command = ({ text }: { readonly text: string }): JSX.Element => {
  const [done, setDone] = useState<'' | 'copied' | 'select it by hand'>('');
  return (
    <span class="command">
      <code>
        <Text>{text}</Text>
      </code>
      <button
        type="button"
        class="quiet small"
        aria-label="copy the command"
        onClick={() => void copy(text).then((copied) => setDone(copied ? 'copied' : 'select it by hand'))}
      >
        {done === '' ? 'copy' : done}
      </button>
    </span>
  );
};

export const Code = ({ code }: { readonly code: string | undefined }): JSX.Element | null =>
  code === undefined ? null : (
    <a class="code" href={hrefOf({ page: 'codes', code })} title={`what ${code} means`}>
      {code}
    </a>
  );
