/** The drawing with its controls, and the event or the logs beside it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageTrial } from '../../harness/report/data.ts';
import type { Difference } from '../../harness/report/diff/compare.ts';
import type { Axis } from '../../harness/report/view/layout.ts';
import { openAtFirst, rowsOf } from '../../harness/report/view/rows.ts';
import type { Row } from '../../harness/report/view/rows.ts';
import type { View } from '../../harness/report/view/view.ts';
import { Detail } from './detail.tsx';
import { Drawing } from './drawing/drawing.tsx';
import { rowIndexOf } from './drawing/lines.ts';
import { Legend } from './legend.tsx';
import { Logs } from './logs.tsx';
import { evidenceOf, pointersOf } from './pointers.ts';
import { hrefOf } from './route.ts';

interface Props {
  readonly trial: PageTrial;
  readonly number: number;
  readonly view: View;
  readonly difference: Difference | undefined;
  readonly seq: number | undefined;
}

const ROW_HEIGHTS = [14, 18, 22, 28, 36] as const;
/** True to time, so long is the whole trial at each zoom, px. */
const LENGTHS = [900, 1600, 3000, 8000, 40_000] as const;

const matches = (row: Row, words: readonly string[]): boolean => {
  if (words.length === 0) return false;
  const events = row.kind === 'event' || row.kind === 'ghost' ? [row.event] : row.kind === 'phase' ? [] : row.events;
  const text = [
    row.kind === 'phase' ? row.phase : '',
    row.kind === 'step' ? row.step.id : '',
    ...events.flatMap(({ text: told, seq, event }) => [told, `#${seq}`, event.kind, JSON.stringify(event)]),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

export const Workbench = ({ trial, number, view, difference, seq }: Props): JSX.Element => {
  const pointers = useMemo(() => pointersOf(trial), [trial]);
  const evidence = useMemo(() => evidenceOf(trial), [trial]);
  const [open, setOpen] = useState(() => openAtFirst(view, evidence));
  const [asides, setAsides] = useState<ReadonlySet<string>>(new Set());
  const [subject, setSubject] = useState<string>();
  const [axis, setAxis] = useState<Axis>('event');
  const [zoom, setZoom] = useState(3);
  const [ghosts, setGhosts] = useState(true);
  const [query, setQuery] = useState('');
  const [tab, setTab] = useState<'event' | 'logs'>('event');
  const search = useRef<HTMLInputElement>(null);
  const compared = ghosts ? difference : undefined;
  const rows = useMemo(
    () =>
      rowsOf(view, {
        open,
        asides,
        subject,
        keep: evidence,
        ...(compared === undefined ? {} : { ghosts: compared.ghosts, standings: compared.standings }),
      }),
    [view, open, asides, subject, evidence, compared],
  );
  const rowOf = useMemo(() => rowIndexOf(rows), [rows]);
  const initial = trial.noReturn?.seq ?? [...evidence][0] ?? view.events.find(({ story }) => story)?.seq ?? 1;
  const [chosen, setChosen] = useState<string>(`event ${seq ?? initial}`);
  /** By key; an event inside a folded row leads to that row. */
  const selected = useMemo(() => {
    const byKey = rows.findIndex(({ key }) => key === chosen);
    if (byKey >= 0) return byKey;
    const event = /^event (\d+)$/.exec(chosen)?.[1];
    return event === undefined ? 0 : (rowOf.get(Number(event)) ?? 0);
  }, [rows, rowOf, chosen]);
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = useMemo(
    () => (query === '' ? [] : rows.flatMap((row, i) => (matches(row, words) ? [i] : []))),
    [rows, query],
  );
  const foundSet = useMemo(() => new Set(found), [found]);

  /** Shows an event, whatever it is folded into. */
  const reveal = (wanted: number): void => {
    const step = view.steps.find(({ seqs, id }) => seqs.includes(wanted) && !open.has(id));
    if (step !== undefined) setOpen(new Set([...open, step.id]));
    const row = rows[rowOf.get(wanted) ?? -1];
    if (row?.kind === 'aside') setAsides(new Set([...asides, row.key]));
    const event = view.events.find((each) => each.seq === wanted);
    if (subject !== undefined && event !== undefined && event.subjects.length > 0 && !event.subjects.includes(subject))
      setSubject(undefined);
    setChosen(`event ${wanted}`);
    setTab('event');
  };
  useEffect(() => {
    if (seq !== undefined) reveal(seq);
  }, [seq]);

  const select = (index: number): void => {
    const row = rows[Math.min(Math.max(0, index), rows.length - 1)];
    if (row !== undefined) setChosen(row.key);
  };
  const toggle = (index: number): void => {
    const row = rows[index];
    if (row?.kind === 'step') {
      setOpen(new Set([...open, row.step.id]));
      const [first] = row.seqs;
      if (first !== undefined) setChosen(`event ${first}`);
    } else if (row?.kind === 'aside') {
      setAsides(new Set([...asides, row.key]));
      setChosen(`event ${row.seqs[0] ?? 0}`);
    }
  };
  const fold = (index: number): void => {
    const row = rows[index];
    if (row?.kind !== 'event' || row.step === undefined) return;
    const { id } = row.step;
    setOpen(new Set([...open].filter((one) => one !== id)));
    setChosen(`step ${id}`);
  };
  /** The next one in the direction, round and round. */
  const jump = (targets: readonly number[], by: 1 | -1): void => {
    const next =
      by === 1
        ? (targets.find((i) => i > selected) ?? targets[0])
        : (targets.findLast((i) => i < selected) ?? targets[targets.length - 1]);
    if (next !== undefined) select(next);
  };
  const pointed = (): readonly number[] =>
    rows.flatMap((row, i) => (row.seqs.some((one) => evidence.has(one)) ? [i] : []));
  const page = 15;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => select(selected + 1),
    j: () => select(selected + 1),
    ArrowUp: () => select(selected - 1),
    k: () => select(selected - 1),
    PageDown: () => select(selected + page),
    PageUp: () => select(selected - page),
    Home: () => select(0),
    End: () => select(rows.length - 1),
    Enter: () => (rows[selected]?.kind === 'event' ? fold(selected) : toggle(selected)),
    ' ': () => (rows[selected]?.kind === 'event' ? fold(selected) : toggle(selected)),
    ArrowRight: () => toggle(selected),
    ArrowLeft: () => fold(selected),
    e: () => jump(pointed(), 1),
    E: () => jump(pointed(), -1),
    n: () => jump(found, 1),
    N: () => jump(found, -1),
    t: () => setAxis(axis === 'event' ? 'time' : 'event'),
    '+': () => setZoom(Math.min(4, zoom + 1)),
    '-': () => setZoom(Math.max(0, zoom - 1)),
    l: () => setTab(tab === 'logs' ? 'event' : 'logs'),
    '/': () => search.current?.focus(),
  };
  const row = rows[selected];
  const event =
    row === undefined
      ? undefined
      : row.kind === 'event' || row.kind === 'ghost'
        ? row.event
        : view.events.find((each) => each.seq === row.seqs[0]);
  const moment = event !== undefined && row?.kind !== 'ghost' ? event.seq : 0;
  const isAllShown = asides.has('all');
  return (
    <section class="workbench" aria-label="drawing">
      <div class="toolbar" role="group" aria-label="the drawing">
        <div class="segmented" role="group" aria-label="axis">
          <button type="button" aria-pressed={axis === 'event'} onClick={() => setAxis('event')}>
            by event
          </button>
          <button type="button" aria-pressed={axis === 'time'} onClick={() => setAxis('time')}>
            true time
          </button>
        </div>
        <div class="segmented" role="group" aria-label="zoom">
          <button type="button" aria-label="zoom out" onClick={() => setZoom(Math.max(0, zoom - 1))}>
            −
          </button>
          <button type="button" aria-label="zoom in" onClick={() => setZoom(Math.min(4, zoom + 1))}>
            +
          </button>
        </div>
        {view.subjects.length > 1 && (
          <select
            aria-label="payment"
            value={subject ?? ''}
            onChange={(change) => setSubject(change.currentTarget.value || undefined)}
          >
            <option value="">every payment</option>
            {view.subjects.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          class="chip"
          aria-pressed={isAllShown}
          onClick={() => setAsides(isAllShown ? new Set() : new Set(['all']))}
        >
          all events
        </button>
        {difference !== undefined && (
          <button
            type="button"
            class="chip"
            data-testid="compare"
            aria-pressed={ghosts}
            onClick={() => setGhosts(!ghosts)}
          >
            passing trial
          </button>
        )}
        <span class="spacer" />
        <input
          ref={search}
          type="search"
          placeholder="Search events  /"
          aria-label="search the events"
          value={query}
          onInput={(input) => setQuery(input.currentTarget.value)}
          onKeyDown={(key) => {
            if (key.key === 'Enter') jump(found, key.shiftKey ? -1 : 1);
            if (key.key === 'Escape') setQuery('');
          }}
        />
        {query !== '' && (
          <span class="muted" role="status" data-testid="found">
            {found.length === 0 ? 'nothing' : `${Math.max(1, found.indexOf(selected) + 1)} of ${found.length}`}
          </span>
        )}
      </div>
      <Drawing
        view={view}
        rows={rows}
        subject={subject}
        axis={axis}
        rowHeight={axis === 'time' ? 22 : (ROW_HEIGHTS[zoom] ?? 28)}
        pxPerMs={(LENGTHS[zoom] ?? 900) / Math.max(1, view.durationMs)}
        selected={selected}
        found={foundSet}
        pointers={pointers}
        noReturn={trial.noReturn?.seq}
        onSelect={select}
        onOpen={toggle}
        onKey={(key) => {
          const act = key.ctrlKey || key.metaKey || key.altKey ? undefined : keys[key.key];
          act?.();
          return act !== undefined;
        }}
      />
      <aside class="side" aria-label="the chosen event">
        <div class="segmented" role="tablist" aria-label="beside the drawing">
          <button type="button" role="tab" aria-selected={tab === 'event'} onClick={() => setTab('event')}>
            event
          </button>
          <button type="button" role="tab" aria-selected={tab === 'logs'} onClick={() => setTab('logs')}>
            logs
          </button>
        </div>
        {tab === 'logs' ? (
          <Logs
            view={view}
            moment={moment}
            onGo={(wanted) => (location.hash = hrefOf({ page: 'trial', trial: number, seq: wanted }))}
          />
        ) : event === undefined ? (
          <p class="muted">Nothing is chosen.</p>
        ) : (
          <Detail
            view={view}
            event={event}
            trial={number}
            pointers={pointers.get(event.seq) ?? []}
            ghost={row?.kind === 'ghost'}
          />
        )}
      </aside>
      <Legend />
    </section>
  );
};
