/** The lanes of the rows in sight: what lasts, what happened, and what is proven to be before what. */
import type { JSX } from 'preact';
import type { Columns } from '../../../harness/report/view/columns.ts';
import type { Layout } from '../../../harness/report/view/layout.ts';
import { isProven } from '../../../harness/report/view/links.ts';
import type { Row } from '../../../harness/report/view/rows.ts';
import type { View, ViewEvent } from '../../../harness/report/view/view.ts';
import type { Geometry } from './geometry.ts';
import type { Line, Lines } from './lines.ts';
import { SignShape } from './signs.tsx';

export interface PictureProps {
  readonly view: View;
  readonly rows: readonly Row[];
  readonly layout: Layout;
  readonly columns: Columns;
  readonly geometry: Geometry;
  readonly lines: Lines;
  readonly rowOf: ReadonlyMap<number, number>;
  readonly first: number;
  readonly last: number;
  readonly selected: number;
  /** Whether orders may be looked up now, or only known ones shown. */
  readonly resting: boolean;
}

const middleOf = ({ layout }: PictureProps, row: number): number => (layout.tops[row] ?? 0) + layout.rowHeight / 2;

const boundsOf = (props: PictureProps): readonly [number, number] => {
  const { layout, first, last } = props;
  const top = first === 0 ? 0 : (layout.tops[first] ?? 0);
  return [top, (layout.tops[last] ?? layout.height) + layout.rowHeight];
};

/** What lasts, as far as it is in sight. */
const Lasting = (props: PictureProps): JSX.Element => {
  const { view, columns, geometry, rowOf } = props;
  const [top, bottom] = boundsOf(props);
  const yOf = (seq: number | undefined, otherwise: number): number => {
    if (seq === undefined) return otherwise;
    const row = rowOf.get(seq);
    return row === undefined ? otherwise : middleOf(props, row);
  };
  return (
    <g>
      {view.spans.map((span) => {
        const column = columns.ofLane(span.lane);
        if (column === undefined) return null;
        const y1 = Math.max(top, yOf(span.open === true ? undefined : span.from, 0));
        const y2 = Math.min(bottom, yOf(span.to, props.layout.height));
        if (y2 <= top || y1 >= bottom || y2 <= y1) return null;
        const x = geometry.xs[column] ?? 0;
        const width = span.kind === 'process' ? 3 : Math.min(10, geometry.lane * 0.5);
        return (
          <g key={`${span.kind} ${span.lane} ${span.from}`}>
            {span.kind === 'fault' && <rect class="fault-shade" x={0} y={y1} width={geometry.width} height={y2 - y1} />}
            <rect class={`span ${span.kind}`} x={x - width / 2} y={y1} width={width} height={y2 - y1} rx={width / 2}>
              <title>{span.text}</title>
            </rect>
          </g>
        );
      })}
    </g>
  );
};

/** Where a line begins or ends: at its own event, also inside a folded row. */
const pointOf = (props: PictureProps, seq: number, row: number): readonly [number, number] | undefined => {
  const { rows, columns, geometry } = props;
  const at = rows[row];
  const events: readonly ViewEvent[] =
    at === undefined || at.kind === 'phase' ? [] : at.kind === 'event' || at.kind === 'ghost' ? [at.event] : at.events;
  const event = events.find((each) => each.seq === seq);
  const column = event === undefined ? undefined : columns.of(event)[0];
  return column === undefined ? undefined : [geometry.xs[column] ?? 0, middleOf(props, row)];
};

const Arrow = ({ line, props }: { readonly line: Line; readonly props: PictureProps }): JSX.Element | null => {
  const from = pointOf(props, line.from, line.fromRow);
  const to = pointOf(props, line.to, line.toRow);
  if (from === undefined || to === undefined) return null;
  const proven = props.resting || line.why === 'after' ? isProven(props.view.history, line) : false;
  const [x1, y1] = from;
  const [x2, y2] = to;
  const bend = Math.max(8, Math.min(40, (y2 - y1) / 2));
  // Ends before the sign, so that the arrow's head is seen.
  const short = y2 > y1 ? 7 : -7;
  const path = `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend - short} ${x2} ${y2 - short}`;
  const touched = [line.fromRow, line.toRow].includes(props.selected);
  return (
    <path
      class={`link ${proven ? 'proven' : 'arrived'} ${touched ? 'touched' : ''}`}
      d={path}
      marker-end={proven ? `url(#head${touched ? '-touched' : ''})` : undefined}
    />
  );
};

const RowSigns = ({
  row,
  i,
  props,
}: {
  readonly row: Row;
  readonly i: number;
  readonly props: PictureProps;
}): JSX.Element | null => {
  const { columns, geometry, selected } = props;
  const y = middleOf(props, i);
  const scale = Math.min(1, geometry.lane / 14, props.layout.rowHeight / 16);
  if (row.kind === 'phase') return null;
  const events = row.kind === 'event' || row.kind === 'ghost' ? [row.event] : row.events;
  const places = events.flatMap((event) => columns.of(event).map((column) => ({ event, column })));
  const xs = places.map(({ column }) => geometry.xs[column] ?? 0);
  if (row.kind === 'aside') {
    const unique = [...new Set(places.map(({ column }) => column))];
    return (
      <g>
        {unique.map((column) => (
          <circle key={column} class="aside-dot" cx={geometry.xs[column] ?? 0} cy={y} r={1.6} />
        ))}
      </g>
    );
  }
  return (
    <g class={`${row.kind === 'ghost' ? 'ghost' : ''} ${i === selected ? 'selected' : ''}`}>
      {xs.length > 1 && <path class="bar" d={`M${Math.min(...xs)} ${y}H${Math.max(...xs)}`} />}
      {places.map(({ event, column }) => (
        <SignShape
          key={`${event.seq} ${column}`}
          sign={event.sign}
          x={geometry.xs[column] ?? 0}
          y={y}
          scale={row.kind === 'step' ? scale * 0.8 : scale}
          group={columns.columns[column]?.group ?? 'process'}
        />
      ))}
    </g>
  );
};

export const Picture = (props: PictureProps): JSX.Element => {
  const { rows, columns, geometry, lines, first, last } = props;
  const [top, bottom] = boundsOf(props);
  const visible: number[] = [];
  for (let i = first; i <= last && i < rows.length; i++) visible.push(i);
  return (
    <svg
      class="picture"
      width={geometry.width}
      height={Math.max(0, bottom - top)}
      viewBox={`0 ${top} ${geometry.width} ${Math.max(1, bottom - top)}`}
      style={{ top: `${top}px` }}
      aria-hidden="true"
    >
      <defs>
        {['head', 'head-touched'].map((id) => (
          <marker key={id} id={id} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M1 1L7 4L1 7Z" class={id} />
          </marker>
        ))}
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" class="hatch" />
        </pattern>
      </defs>
      <g>
        {columns.columns.map((column, i) => (
          <path key={column.id} class={`lane g-${column.group}`} d={`M${geometry.xs[i] ?? 0} ${top}V${bottom}`} />
        ))}
      </g>
      <Lasting {...props} />
      <g>
        {lines.within(first, last).map((line) => (
          <Arrow key={`${line.from} ${line.to}`} line={line} props={props} />
        ))}
      </g>
      <g>
        {visible.map((i) => {
          const row = rows[i];
          return row === undefined ? null : <RowSigns key={row.key} row={row} i={i} props={props} />;
        })}
      </g>
    </svg>
  );
};
