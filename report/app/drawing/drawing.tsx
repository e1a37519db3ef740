/** The rows with their lanes: only what is in sight is there. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { columnsOf } from '../../../harness/report/view/columns.ts';
import { layoutOf, rowAt } from '../../../harness/report/view/layout.ts';
import type { Axis } from '../../../harness/report/view/layout.ts';
import type { Row } from '../../../harness/report/view/rows.ts';
import type { View } from '../../../harness/report/view/view.ts';
import { geometryOf } from './geometry.ts';
import { LaneHead } from './lane-head.tsx';
import { linesOf, rowIndexOf } from './lines.ts';
import { Overview } from './overview.tsx';
import { Picture } from './picture.tsx';
import { usePrinting } from './use-printing.ts';
import { RowView } from './row.tsx';
import type { Pointer } from './row.tsx';
import { useSize } from './use-size.ts';

export interface DrawingProps {
  readonly view: View;
  readonly rows: readonly Row[];
  readonly subject: string | undefined;
  readonly axis: Axis;
  readonly rowHeight: number;
  readonly pxPerMs: number;
  /** Number of the row. */
  readonly selected: number;
  /** Rows that the search found. */
  readonly found: ReadonlySet<number>;
  readonly pointers: ReadonlyMap<number, readonly Pointer[]>;
  readonly noReturn: number | undefined;
  readonly onSelect: (row: number) => void;
  /** A click or Enter on it: unfolds what is folded. */
  readonly onOpen: (row: number) => void;
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** The drawing's part of the width; the rest is for words. */
const DRAWN = 0.4;
/** Rows beyond the edges that are there already. */
const MARGIN = 8;
/** On paper all rows are in sight; of very many, the first. */
const MOST_PRINTED = 2000;
/** So long after the last movement orders are looked up, ms. */
const REST_MS = 120;

export const Drawing = (props: DrawingProps): JSX.Element => {
  const { view, rows, subject, axis, rowHeight, pxPerMs, selected, found, pointers } = props;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [scroll, setScroll] = useState(0);
  const [resting, setResting] = useState(true);
  const frame = useRef(0);
  const layout = useMemo(() => layoutOf(rows, axis, rowHeight, pxPerMs), [rows, axis, rowHeight, pxPerMs]);
  const columns = useMemo(() => columnsOf(view, subject), [view, subject]);
  const geometry = useMemo(() => geometryOf(columns, size.width * DRAWN), [columns, size.width]);
  const rowOf = useMemo(() => rowIndexOf(rows), [rows]);
  const lines = useMemo(() => linesOf(view.pairs, rows, rowOf), [view, rows, rowOf]);

  const printing = usePrinting();
  const first = printing ? 0 : Math.max(0, rowAt(layout, scroll) - MARGIN);
  const inView = printing ? MOST_PRINTED : rowAt(layout, scroll + Math.max(size.height, 200)) + MARGIN;
  const last = Math.min(rows.length - 1, inView);

  useEffect(() => {
    if (resting) return undefined;
    const timer = setTimeout(() => setResting(true), REST_MS);
    return () => clearTimeout(timer);
  }, [scroll, resting]);

  const onScroll = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const top = box.current?.scrollTop ?? 0;
      setScroll(top);
      setResting(false);
    });
  };

  /** The chosen row is in sight. */
  useLayoutEffect(() => {
    const element = box.current;
    const top = layout.tops[selected];
    if (element === null || top === undefined || size.height === 0) return;
    const bottom = top + rowHeight;
    const head = rowHeight;
    if (top < element.scrollTop + head || bottom > element.scrollTop + size.height - head)
      element.scrollTop = Math.max(0, top - size.height * 0.35);
  }, [selected, layout, size.height, rowHeight]);

  const visible: number[] = [];
  for (let i = first; i <= last; i++) visible.push(i);
  const pointersOf = (row: Row): readonly Pointer[] =>
    pointers.size === 0 ? [] : row.seqs.flatMap((seq) => pointers.get(seq) ?? []);
  const payments = view.subjects.length > 1 && subject === undefined;
  const inSight = [
    rows[rowAt(layout, scroll)]?.at ?? 0,
    rows[Math.min(rows.length - 1, rowAt(layout, scroll + size.height))]?.at ?? 0,
  ] as const;
  const marked = rows[selected];
  return (
    <div class="drawing">
      <Overview
        view={view}
        width={Math.max(200, size.width)}
        from={inSight[0]}
        to={inSight[1]}
        marked={marked?.at}
        noReturn={props.noReturn === undefined ? undefined : view.events.find(({ seq }) => seq === props.noReturn)?.at}
        onGo={(at) => {
          const row = rows.findIndex((each) => each.at >= at);
          if (box.current !== null && row >= 0)
            box.current.scrollTop = Math.max(0, (layout.tops[row] ?? 0) - size.height / 2);
        }}
      />
      <LaneHead columns={columns} geometry={geometry} />
      <div
        ref={box}
        class="rows"
        role="listbox"
        tabIndex={0}
        aria-label="events of the trial, from first to last"
        aria-activedescendant={selected >= first && selected <= last ? `row-${selected}` : undefined}
        onScroll={onScroll}
        onKeyDown={(event) => {
          if (props.onKey(event)) event.preventDefault();
        }}
        onClick={(event) => {
          const row = (event.target as Element).closest('[data-row]')?.getAttribute('data-row');
          if (row === null || row === undefined) return;
          props.onSelect(Number(row));
          props.onOpen(Number(row));
        }}
      >
        <div class="canvas" style={{ height: `${layout.height + rowHeight}px` }}>
          <Picture
            view={view}
            rows={rows}
            layout={layout}
            columns={columns}
            geometry={geometry}
            lines={lines}
            rowOf={rowOf}
            first={first}
            last={last}
            selected={selected}
            resting={resting}
          />
          {visible.map((i) => {
            const row = rows[i];
            return row === undefined ? null : (
              <RowView
                key={row.key}
                row={row}
                index={i}
                count={rows.length}
                top={layout.tops[i] ?? 0}
                height={rowHeight}
                gap={layout.gaps.get(i)}
                lanesWidth={geometry.width}
                selected={i === selected}
                found={found.has(i)}
                payments={payments}
                pointers={pointersOf(row)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
};
