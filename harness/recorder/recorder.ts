/** Where every source's events arrive: numbered, timed, and handed to the trial they belong to. */
import type { HistoryEvent, NewEvent, RecordEvent } from '../history/events.ts';

/** Takes the events of one trial. */
export interface TrialSink {
  append(event: HistoryEvent): void;
  /** Something about this trial's ids arrived after its verdict. */
  late(event: HistoryEvent): void;
}

export interface Recorder {
  readonly record: RecordEvent;
  /** From now on events belong to this trial, except those that name an id of an earlier one. */
  attach(sink: TrialSink, ids: readonly string[]): void;
  /** The current trial has its verdict. */
  detach(): void;
  /** What earlier trials still do is no longer held against them (their workers were killed). */
  forgetEarlier(): void;
  /** Ids of the current trial that the text mentions. */
  idsIn(text: string): readonly string[];
  /** Called after each event of the current trial; returns how to stop. */
  subscribe(listener: (event: HistoryEvent) => void): () => void;
}

const idsOf = (event: NewEvent): readonly (string | undefined)[] => {
  switch (event.kind) {
    case 'kafka.record': {
      const body = event.json as Record<string, unknown> | null | undefined;
      return [event.correlationId, event.key ?? undefined, textOf(body?.['studentId'])];
    }
    case 'postgres.commit':
      return [
        event.correlationId,
        ...event.changes.flatMap(({ row, old }) => [
          textOf((row ?? old)?.['student_id']),
          textOf((row ?? old)?.['correlation_id']),
        ]),
      ];
    case 'http.request':
      return [textOf((event.json as Record<string, unknown> | null | undefined)?.['studentId'])];
    default:
      return [event.correlationId];
  }
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** `now` is the monotonic clock in ms that `at` counts on. */
export const createRecorder = (now: () => number): Recorder => {
  let current: { readonly sink: TrialSink; readonly ids: ReadonlySet<string> } | undefined;
  let earlier = new Map<string, TrialSink>();
  let seq = 0;
  const listeners = new Set<(event: HistoryEvent) => void>();

  const lateSink = (event: NewEvent): TrialSink | undefined => {
    if (earlier.size === 0) return undefined;
    for (const id of idsOf(event)) {
      if (id === undefined || current?.ids.has(id) === true) continue;
      const sink = earlier.get(id);
      if (sink !== undefined) return sink;
    }
    return undefined;
  };

  return {
    record: (event) => {
      const full = { seq: seq + 1, at: Math.round(now() * 1000) / 1000, ...event } as HistoryEvent;
      const late = lateSink(event);
      if (late !== undefined) {
        late.late(full);
        return 0;
      }
      if (current === undefined) return 0;
      seq += 1;
      current.sink.append(full);
      for (const listener of [...listeners]) listener(full);
      return seq;
    },
    attach: (sink, ids) => {
      current = { sink, ids: new Set(ids) };
      for (const id of ids) earlier.delete(id);
      seq = 0;
    },
    detach: () => {
      if (current !== undefined) for (const id of current.ids) earlier.set(id, current.sink);
      current = undefined;
    },
    forgetEarlier: () => {
      earlier = new Map();
    },
    idsIn: (text) => [...(current?.ids ?? [])].filter((id) => text.includes(id)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
