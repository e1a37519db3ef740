/** The whole trial in one strip, true to time: phases, faults, where something happened, and what is in sight. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { LANE_GROUPS } from '../../../harness/report/view/lanes.ts';
import type { View } from '../../../harness/report/view/view.ts';
import { duration } from '../parts.tsx';

interface Props {
  readonly view: View;
  readonly width: number;
  /** ms of what is in sight. */
  readonly from: number;
  readonly to: number;
  readonly marked: number | undefined;
  /** ms of the first event of no return. */
  readonly noReturn: number | undefined;
  readonly onGo: (at: number) => void;
}

const HEIGHT = 64;
const TOP = 20;
const ROW = 7;

export const Overview = ({ view, width, from, to, marked, noReturn, onGo }: Props): JSX.Element => {
  const total = Math.max(1, view.durationMs);
  const x = (at: number): number => (at / total) * (width - 2) + 1;
  const box = useRef<SVGSVGElement>(null);
  const at = useMemo(() => new Map(view.events.map(({ seq, at: when }) => [seq, when])), [view]);
  const ticks = useMemo(
    () =>
      LANE_GROUPS.map((group, i) => {
        const bins = new Set<number>();
        for (const { lanes, story, at: when } of view.events)
          if (story && lanes.some((lane) => lane.startsWith(`${group} `)))
            bins.add(Math.round((when / total) * (width - 4)));
        const y = TOP + i * ROW;
        return { group, path: [...bins].map((bin) => `M${bin + 2} ${y}v5`).join('') };
      }),
    [view, width, total],
  );
  const go = (event: { readonly clientX: number }): void => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    onGo((Math.min(Math.max(0, event.clientX - left), width) / width) * total);
  };
  /** What does not change while the rows are scrolled is not made anew. */
  const still = useMemo(() => {
    const ends = [...view.phases.slice(1).map((phase) => at.get(phase.from) ?? total), total];
    return (
      <g>
        {view.phases.map((phase, i) => {
          const [x1, x2] = [x(at.get(phase.from) ?? 0), x(ends[i] ?? total)];
          return (
            <g key={phase.from}>
              <rect
                class={`phase-band ${i % 2 === 0 ? 'even' : 'odd'}`}
                x={x1}
                y={0}
                width={Math.max(0, x2 - x1)}
                height={HEIGHT}
              />
              {x2 - x1 > phase.name.length * 6.5 + 8 && (
                <text class="phase-text" x={x1 + 5} y={12}>
                  {phase.name}
                </text>
              )}
            </g>
          );
        })}
        {view.spans
          .filter(({ kind }) => kind === 'fault')
          .map((span) => {
            const x1 = x(at.get(span.from) ?? 0);
            const x2 = x(span.to === undefined ? total : (at.get(span.to) ?? total));
            return (
              <rect
                key={span.from}
                class="fault-span"
                x={x1}
                y={TOP - 4}
                width={Math.max(2, x2 - x1)}
                height={HEIGHT - TOP + 4}
              />
            );
          })}
        {ticks.map(({ group, path }) => (
          <path key={group} class={`tick g-${group}`} d={path} />
        ))}
      </g>
    );
  }, [view, width, at, ticks, total]);
  return (
    <svg
      ref={box}
      class="overview"
      width={width}
      height={HEIGHT}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && go(event)}
    >
      {still}
      {noReturn !== undefined && <path class="no-return-line" d={`M${x(noReturn)} 0V${HEIGHT}`} />}
      {marked !== undefined && <path class="marked-line" d={`M${x(marked)} 0V${HEIGHT}`} />}
      <rect class="in-sight" x={x(from)} y={0.5} width={Math.max(3, x(to) - x(from))} height={HEIGHT - 1} rx={3} />
      <text class="total" x={width - 6} y={HEIGHT - 5} text-anchor="end">
        {duration(total)}
      </text>
    </svg>
  );
};
