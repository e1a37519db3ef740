/** What the workers wrote, beside the drawing and at the same moment. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { View, ViewEvent } from '../../harness/report/view/view.ts';
import { useSize } from './drawing/use-size.ts';
import { Text } from './parts.tsx';

const LINE = 22;

interface Props {
  readonly view: View;
  /** `seq` of the moment. */
  readonly moment: number;
  readonly onGo: (seq: number) => void;
}

export const Logs = ({ view, moment, onGo }: Props): JSX.Element => {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [scroll, setScroll] = useState(0);
  const [worker, setWorker] = useState('');
  const workers = useMemo(() => view.history.started.workers.map(({ name }) => name), [view]);
  const lines = useMemo(
    () => view.events.filter(({ event }) => event.kind === 'process.log' && (worker === '' || event.worker === worker)),
    [view, worker],
  );
  const here = Math.max(
    0,
    lines.findLastIndex(({ seq }) => seq <= moment),
  );
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = Math.max(0, here * LINE - size.height / 2);
  }, [here, size.height]);
  const first = Math.max(0, Math.floor(scroll / LINE) - 5);
  const shown = lines.slice(first, first + Math.ceil(size.height / LINE) + 10);
  const workerOf = ({ event }: ViewEvent): string => (event.kind === 'process.log' ? event.worker : '');
  return (
    <div class="logs">
      <div class="log-bar" role="group" aria-label="whose lines">
        {['', ...workers].map((name) => (
          <button
            type="button"
            key={name}
            class="chip small"
            aria-pressed={worker === name}
            onClick={() => setWorker(name)}
          >
            {name === '' ? 'all workers' : name}
          </button>
        ))}
      </div>
      <div
        ref={box}
        class="log-lines"
        role="region"
        aria-label="lines of the workers' logs"
        tabIndex={0}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      >
        <div class="canvas" style={{ height: `${lines.length * LINE}px` }}>
          {lines.length === 0 && <p class="muted">They wrote nothing.</p>}
          {shown.map((line, i) => (
            <button
              type="button"
              key={line.seq}
              class={`log-line ${line.sign === 'trouble' ? 'bad' : ''} ${first + i === here ? 'here' : ''}`}
              style={{ top: `${(first + i) * LINE}px`, height: `${LINE}px` }}
              onClick={() => onGo(line.seq)}
            >
              <span class="time">+{Math.round(line.at)}</span>
              {worker === '' && <span class="payment">{workerOf(line)}</span>}
              <Text>{line.text}</Text>
            </button>
          ))}
        </div>
      </div>
    </div>
  );
};
