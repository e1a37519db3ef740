/** One row's words beside the lanes. */
import type { JSX } from 'preact';
import type { Row } from '../../../harness/report/view/rows.ts';
import { Text } from '../parts.tsx';

/** What points at an event: "broke 1", "cause 2", "no return". */
export interface Pointer {
  readonly text: string;
  readonly kind: 'broke' | 'cause' | 'no-return';
}

export interface RowProps {
  readonly row: Row;
  readonly index: number;
  readonly count: number;
  readonly top: number;
  readonly height: number;
  readonly gap: number | undefined;
  readonly lanesWidth: number;
  readonly selected: boolean;
  readonly found: boolean;
  readonly payments: boolean;
  readonly pointers: readonly Pointer[];
}

const moment = (ms: number): string =>
  ms < 10_000
    ? `+${Math.round(ms)} ms`
    : ms < 600_000
      ? `+${(ms / 1000).toFixed(2)} s`
      : `+${(ms / 60_000).toFixed(1)} min`;

const gapText = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const Words = ({ row, payments }: Pick<RowProps, 'row' | 'payments'>): JSX.Element => {
  if (row.kind === 'phase') return <span class="phase-name">{row.phase}</span>;
  if (row.kind === 'aside') return <span class="muted">{row.events.length} more events</span>;
  if (row.kind === 'step') {
    const { step } = row;
    return (
      <>
        <span class="fold" aria-hidden="true">
          ▸
        </span>
        {payments && <span class="payment">{step.subject}</span>}
        <strong>{step.role}</strong>
        <span class="parts">
          {step.parts.map(({ name, seqs, detail }) => (
            <span key={name} class={`part ${seqs.length === 0 ? 'absent' : ''}`}>
              {seqs.length === 0 ? `no ${name}` : name}
              {detail !== '' && seqs.length > 0 && ['call'].includes(name) && ` → ${detail}`}
            </span>
          ))}
        </span>
      </>
    );
  }
  const { event } = row;
  return (
    <>
      {row.kind === 'event' && row.step !== undefined && (
        <span class="fold" aria-hidden="true">
          {row.step.seqs[0] === event.seq ? '▾' : ''}
        </span>
      )}
      {payments && event.subjects.length > 0 && <span class="payment">{event.subjects.join(', ')}</span>}
      <span class={event.sign === 'trouble' || event.sign === 'no-answer' ? 'words bad' : 'words'}>
        <Text>{event.text}</Text>
      </span>
      {row.kind === 'ghost' && <span class="tag ghost-tag">only in the passing trial</span>}
      {row.kind === 'event' && row.standing === 'additional' && (
        <span class="tag plus">+ not in the passing trial</span>
      )}
      {row.kind === 'event' && row.standing === 'moved' && <span class="tag moved">↕ in another order</span>}
    </>
  );
};

export const RowView = (props: RowProps): JSX.Element => {
  const { row, index, count, top, height, gap, lanesWidth, selected, found, pointers } = props;
  const last = row.seqs[row.seqs.length - 1];
  const seq = row.kind === 'event' || row.kind === 'phase' ? row.seqs[0] : undefined;
  const strongest = pointers.find(({ kind }) => kind === 'no-return') ?? pointers[0];
  return (
    <div
      id={`row-${index}`}
      role="option"
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
      class={`row ${row.kind} ${row.kind === 'event' && !row.event.story ? 'around' : ''} ${selected ? 'selected' : ''} ${found ? 'found' : ''} ${strongest === undefined ? '' : `points-${strongest.kind}`}`}
      data-row={index}
      data-seq={seq}
      style={{ top: `${top}px`, height: `${height}px`, paddingLeft: `calc(var(--time) + ${lanesWidth}px)` }}
    >
      {gap !== undefined && (
        <span class="gap" aria-hidden="true">
          {gapText(gap)} later
        </span>
      )}
      <span class="time">{moment(row.at)}</span>
      <span class="said">
        <Words row={row} payments={props.payments} />
      </span>
      {pointers.map(({ text, kind }) => (
        <span key={text} class={`pointer ${kind}`}>
          {text}
        </span>
      ))}
      {row.kind !== 'ghost' && row.kind !== 'aside' && (
        <span class="number">
          #{row.kind === 'step' && row.seqs.length > 1 ? `${row.seqs[0]}–${last}` : row.seqs[0]}
        </span>
      )}
    </div>
  );
};
