/** One event: what it is, what is proven about its place, and all of it as it was recorded. */
import type { JSX } from 'preact';
import { isProven } from '../../harness/report/view/links.ts';
import type { View, ViewEvent } from '../../harness/report/view/view.ts';
import { visible } from '../../harness/report/view/visible.ts';
import type { Pointer } from './drawing/row.tsx';
import { LOOKS } from './drawing/signs.tsx';
import { Evidence, Text } from './parts.tsx';

interface Props {
  readonly view: View;
  readonly event: ViewEvent;
  readonly trial: number;
  readonly pointers: readonly Pointer[];
  /** It is one of the passing trial's. */
  readonly ghost?: boolean;
}

const Neighbours = ({ view, event, trial }: Props): JSX.Element => {
  const around = view.pairs
    .filter(({ from, to }) => from === event.seq || to === event.seq)
    .map((pair) => ({
      other: pair.from === event.seq ? pair.to : pair.from,
      follows: pair.to === event.seq,
      proven: isProven(view.history, pair),
    }));
  const told = (follows: boolean, proven: boolean): readonly number[] =>
    around.filter((one) => one.follows === follows && one.proven === proven).map(({ other }) => other);
  const lines: readonly (readonly [string, readonly number[]])[] = [
    ['proven: after', told(true, true)],
    ['proven: before', told(false, true)],
    ['arrived after (proves nothing)', told(true, false)],
    ['arrived before (proves nothing)', told(false, false)],
  ];
  return (
    <dl class="facts tight">
      {lines
        .filter(([, seqs]) => seqs.length > 0)
        .map(([name, seqs]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Evidence trial={trial} seqs={seqs} />
            </dd>
          </div>
        ))}
    </dl>
  );
};

export const Detail = (props: Props): JSX.Element => {
  const { event, pointers, ghost = false } = props;
  const raw = event.event;
  return (
    <div class="detail" data-testid="detail">
      <p class="detail-head">
        <span class="number">{ghost ? 'in the passing trial' : `#${event.seq}`}</span>
        <span class="muted">
          {LOOKS[event.sign].name} · {raw.kind} · +{event.at.toFixed(1)} ms
        </span>
      </p>
      <p class="detail-text">
        <Text>{event.text}</Text>
      </p>
      {pointers.length > 0 && (
        <p>
          {pointers.map(({ text, kind }) => (
            <span key={text} class={`pointer ${kind}`}>
              {text}
            </span>
          ))}
        </p>
      )}
      {!ghost && <Neighbours {...props} />}
      {raw.kind === 'process.log' && (
        <>
          <h3>The line as the worker wrote it</h3>
          <pre class="raw" tabIndex={0}>
            {visible(raw.line)}
          </pre>
        </>
      )}
      <h3>As recorded</h3>
      <pre class="raw" tabIndex={0} data-testid="raw">
        {visible(JSON.stringify(raw, null, 2))}
      </pre>
    </div>
  );
};
