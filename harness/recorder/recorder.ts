/** Where every source's events arrive: numbered, timed, and handed to the trial they belong to. */
import { mentioned, normalId } from '../history/ids.ts';
import type { Mentioned } from '../history/ids.ts';
import { addTo } from '../history/memo.ts';
import type { HistoryEvent, NewEvent, RecordEvent, Subject } from '../history/events.ts';
import { idsOf } from '../history/event-ids.ts';

/** Takes the events of the trial that runs. */
export interface TrialSink {
  append(event: HistoryEvent): void;
}

/** Takes what arrives about a trial's ids after its verdict. */
export type LateSink = (event: HistoryEvent) => void;

type SubjectIds = Pick<Subject, 'correlationId' | 'studentId'>;

export interface Recorder {
  readonly record: RecordEvent;
  /** From now on events belong to this trial, except those that name an id or a call of an earlier one. */
  attach(sink: TrialSink, subjects: readonly SubjectIds[]): void;
  /** The current trial has its verdict: what still comes about its ids goes to `late`. */
  detach(late: LateSink): void;
  /** What earlier trials still do is no longer held against them, nor told to anybody: their workers were killed. */
  forgetEarlier(): void;
  /** May what comes be read some ms later, as nobody waits for any single event? Not where no trial runs that says so. */
  mayWait(): boolean;
  /** Asked by `mayWait` while this trial runs. */
  waitingIs(may: () => boolean): void;
  /** The trial that runs, as a thing that is another one for each; undefined: none. */
  trial(): object | undefined;
  /** Correlation ids of the current trial's subjects that the text mentions: by that id, the student's, or that of an event which was published about it. */
  idsIn(text: string): readonly string[];
  /** Called after each event of the current trial; returns how to stop. */
  subscribe(listener: (event: HistoryEvent) => void): () => void;
}

export interface RecorderOptions {
  /** Hears of events that come while no trial runs and that are about no earlier one. */
  readonly onStray?: (event: NewEvent) => void;
}

interface CurrentTrial {
  readonly sink: TrialSink;
  readonly subjects: readonly SubjectIds[];
  /** The first subject of each id, by its place. */
  readonly ids: ReadonlyMap<string, number>;
  /** All ids by which a text may mention one of them: the subjects' own, then those of events. */
  readonly mentionedIds: Mentioned;
  /** The subjects of each id, as they write it, by their places. */
  readonly named: ReadonlyMap<string, readonly number[]>;
  /** Numbers of its calls at admin-service: answers and effects carry nothing else. */
  readonly calls: Set<number>;
  /** Correlation ids by the ids of the events that were published about them. */
  readonly events: Map<string, string>;
}

/** Its own id, as events carry it. */
const eventIdsOf = ({ json, headers }: NewEvent<'kafka.record'>): readonly string[] => {
  const { _metadata: meta } = (json ?? {}) as { readonly _metadata?: { readonly eventId?: unknown } | null };
  return [meta?.eventId, headers['eventId']].filter((id): id is string => typeof id === 'string' && id !== '');
};

/** Whose an event is: the current trial's, an earlier one's, or nobody's any more. */
type Owner = 'current' | 'nobody' | LateSink;

/** `now` is the monotonic clock in ms that `at` counts on. */
export const createRecorder = (now: () => number, { onStray }: RecorderOptions = {}): Recorder => {
  let current: CurrentTrial | undefined;
  /** By id: what arrives about it goes there; 'nobody' once it is forgotten. */
  const earlierIds = new Map<string, LateSink | 'nobody'>();
  const earlierCalls = new Map<number, LateSink>();
  let seq = 0;
  const listeners = new Set<(event: HistoryEvent) => void>();
  const never = (): boolean => false;
  let mayWait = never;

  const ownerOfCall = (call: number): Owner =>
    current?.calls.has(call) === true ? 'current' : (earlierCalls.get(call) ?? 'nobody');

  const ownerOf = (event: NewEvent): Owner => {
    if (event.kind === 'http.response' || event.kind === 'http.effect') return ownerOfCall(event.call);
    const ids = idsOf(event);
    if (ids.some((id) => current?.ids.has(id) === true)) return 'current';
    for (const id of ids) {
      const owner = earlierIds.get(id);
      if (owner !== undefined) return owner;
    }
    return 'current';
  };

  const learnEvent = (trial: CurrentTrial, record: NewEvent<'kafka.record'>): void => {
    const about = trial.subjects[Math.min(...idsOf(record).map((id) => trial.ids.get(id) ?? Infinity))];
    if (about === undefined) return;
    for (const id of eventIdsOf(record)) {
      trial.events.set(id, about.correlationId);
      trial.mentionedIds.add(id);
    }
  };

  const idsIn = (text: string, { subjects, mentionedIds, named, events }: CurrentTrial): readonly string[] => {
    const ids = mentionedIds.in(text);
    const places = ids.flatMap((id) => named.get(id) ?? []).sort((a, b) => a - b);
    const own = places.flatMap((place) => subjects[place]?.correlationId ?? []);
    return [...new Set([...own, ...ids.flatMap((id) => events.get(id) ?? [])])];
  };

  return {
    record: (event) => {
      const owner = ownerOf(event);
      if (owner === 'nobody') return 0;
      const full = { seq: seq + 1, at: Math.round(now() * 1000) / 1000, ...event } as HistoryEvent;
      if (owner !== 'current') {
        owner(full);
        return 0;
      }
      if (current === undefined) {
        onStray?.(event);
        return 0;
      }
      if (event.kind === 'http.request') current.calls.add(event.call);
      if (event.kind === 'kafka.record') learnEvent(current, event);
      seq += 1;
      current.sink.append(full);
      for (const listener of [...listeners]) listener(full);
      // A listener may have recorded more: the number of this event, not of the latest one.
      return full.seq;
    },
    attach: (sink, subjects) => {
      const ids = new Map<string, number>();
      const named = new Map<string, number[]>();
      for (const [place, { correlationId, studentId }] of subjects.entries())
        for (const id of [correlationId, studentId]) {
          if (!ids.has(normalId(id))) ids.set(normalId(id), place);
          addTo(named, id, place);
        }
      current = {
        sink,
        subjects,
        ids,
        named,
        mentionedIds: mentioned([...named.keys()]),
        calls: new Set(),
        events: new Map(),
      };
      seq = 0;
    },
    detach: (late) => {
      if (current === undefined) return;
      for (const id of current.ids.keys()) earlierIds.set(id, late);
      for (const call of current.calls) earlierCalls.set(call, late);
      current = undefined;
      mayWait = never;
    },
    forgetEarlier: () => {
      for (const id of earlierIds.keys()) earlierIds.set(id, 'nobody');
      earlierCalls.clear();
    },
    mayWait: () => mayWait(),
    waitingIs: (may) => void (mayWait = may),
    trial: () => current,
    idsIn: (text) => (current === undefined ? [] : idsIn(text, current)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
