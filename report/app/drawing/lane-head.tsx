/** The names of the lanes, over them. */
import type { JSX } from 'preact';
import type { Columns } from '../../../harness/report/view/columns.ts';
import type { Geometry } from './geometry.ts';

export const LaneHead = ({
  columns,
  geometry,
}: {
  readonly columns: Columns;
  readonly geometry: Geometry;
}): JSX.Element => {
  const headings = columns.columns.flatMap((column, i) => {
    if (column.heading === columns.columns[i - 1]?.heading) return [];
    const last = columns.columns.findLastIndex(({ heading }) => heading === column.heading);
    return [{ column, from: i, to: last }];
  });
  return (
    <div class="lane-head" aria-hidden="true">
      <div class="lane-names" style={{ width: `${geometry.width}px` }}>
        {columns.columns.map((column, i) => (
          <span
            key={column.id}
            class={`lane-name g-${column.group}`}
            style={{ left: `${(geometry.xs[i] ?? 0) - 8}px` }}
            title={`${column.heading}: ${column.title}`}
          >
            {column.title}
          </span>
        ))}
        {headings.map(({ column, from, to }) => (
          <span
            key={column.id}
            class={`lane-group g-${column.group} ${column.payment === true ? 'of-payment' : ''}`}
            style={{
              left: `${(geometry.xs[from] ?? 0) - geometry.lane * 0.4}px`,
              width: `${(geometry.xs[to] ?? 0) - (geometry.xs[from] ?? 0) + geometry.lane * 0.8}px`,
            }}
            title={column.heading}
          >
            {column.payment === true ? column.heading : ''}
          </span>
        ))}
      </div>
    </div>
  );
};
