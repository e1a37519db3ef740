/** What lasts: processes, what they are stopped for, calls, faults, phases. By `seq` of its first and last event. */
import type { History } from '../../history/history.ts';
import type { TrialPhase } from '../../history/events.ts';

export interface Span {
  readonly lane: string;
  readonly kind: 'process' | 'stopped' | 'call' | 'fault';
  readonly from: number;
  /** Undefined: to the history's end. */
  readonly to: number | undefined;
  /** Begins before the history does. */
  readonly open?: true;
  readonly text: string;
}

export interface Phase {
  readonly name: TrialPhase;
  readonly from: number;
}

const processSpans = (history: History): readonly Span[] => {
  const names = new Set(history.started.workers.map(({ name }) => name));
  const spans: Span[] = [];
  for (const worker of names) {
    const lane = `process ${worker}`;
    let since: number | undefined = history.started.seq;
    let inherited = true;
    let stopped: number | undefined;
    const end = (to: number | undefined): void => {
      if (since !== undefined)
        spans.push({
          lane,
          kind: 'process',
          from: since,
          to,
          text: `${worker} runs`,
          ...(inherited ? { open: true } : {}),
        });
      if (stopped !== undefined) spans.push({ lane, kind: 'stopped', from: stopped, to, text: `${worker} is stopped` });
      since = undefined;
      stopped = undefined;
    };
    for (const event of history.events) {
      if (!('worker' in event) || event.worker !== worker) continue;
      if (event.kind === 'process.started') {
        // A start says that it did not run before: what was assumed from the beginning is taken back.
        if (inherited) since = undefined;
        inherited = false;
        end(event.seq);
        since = event.seq;
      } else if (event.kind === 'process.exited') {
        end(event.seq);
        inherited = false;
      } else if (event.kind === 'process.signalled' && event.signal === 'SIGSTOP') stopped ??= event.seq;
      else if (event.kind === 'process.signalled' && event.signal === 'SIGCONT' && stopped !== undefined) {
        spans.push({ lane, kind: 'stopped', from: stopped, to: event.seq, text: `${worker} is stopped` });
        stopped = undefined;
      }
    }
    end(undefined);
  }
  return spans;
};

const callSpans = (history: History): readonly Span[] =>
  history.requests.map(({ request, response }) => ({
    lane: 'http admin-service',
    kind: 'call',
    from: request.seq,
    to: response?.seq,
    text: `call ${request.call}`,
  }));

/** From armed to healed. */
const faultSpans = (history: History): readonly Span[] =>
  history.of('fault.armed').map((armed) => ({
    lane: 'fault faults',
    kind: 'fault',
    from: armed.seq,
    to: history.of('fault.healed').find(({ fault, seq }) => fault === armed.fault && seq > armed.seq)?.seq,
    text: `${armed.faultKind}: ${armed.target}`,
  }));

export const spansOf = (history: History): readonly Span[] => [
  ...processSpans(history),
  ...callSpans(history),
  ...faultSpans(history),
];

export const phasesOf = (history: History): readonly Phase[] =>
  history.of('trial.phase').map(({ phase, seq }) => ({ name: phase, from: seq }));
