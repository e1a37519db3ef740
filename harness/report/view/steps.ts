/**
 * A worker's step on one payment's way, folded: the event that it takes, the call, the commits, what it announces, the offset
 * past the event. Whether a part is there is a matter of the history; in which order, of what is proven.
 */
import type { Pipeline } from '../../pipeline/queries.ts';
import type { EventType, WorkerRole } from '../../pipeline/vocabulary.ts';
import { isServices } from '../../history/allocations.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { perHistory } from '../../history/memo.ts';
import { workerNames } from '../../history/liveness.ts';
import { eventBySeq, isDeadLetter, passedRecords } from './owners.ts';

export const PARTS = ['taken', 'call', 'commit', 'announcement', 'dead letter', 'offset'] as const;

export type PartName = (typeof PARTS)[number];

export interface StepPart {
  readonly name: PartName;
  /** `seq` of its events, by arrival; empty: there is none. */
  readonly seqs: readonly number[];
  /** In short: `200`, `TRAINER_ALLOCATED`. */
  readonly detail: string;
}

export interface Step {
  /** `allocation-worker of ada`. */
  readonly id: string;
  readonly role: WorkerRole;
  readonly subject: string;
  /** The event that is worked on. */
  readonly event: EventType;
  /** `seq` of its records. */
  readonly records: readonly number[];
  /** Those that belong to such a step; an absent one has no events. */
  readonly parts: readonly StepPart[];
  /** Every event of it, by arrival. */
  readonly seqs: readonly number[];
}

/** Whose events these are: by `seq`, the names of payments. */
export type Owners = ReadonlyMap<number, readonly string[]>;

interface Found {
  readonly records: HistoryEvent<'kafka.record'>[];
  readonly parts: Map<PartName, HistoryEvent[]>;
}

const stepKey = (role: WorkerRole, subject: string): string => `${role} of ${subject}`;

/** The role whose doing the change of a row is. */
const roleOfChange = (
  { guard, effecting, consumerOf }: Pipeline,
  { table, row, old }: HistoryEvent<'postgres.commit'>['changes'][number],
): WorkerRole | undefined => {
  if (table === guard.table) return consumerOf(String((row ?? old ?? {})[guard.type]));
  return effecting.find(({ entity }) => entity.table === table)?.role;
};

const serviceOfCall = perHistory(
  (history): ReadonlyMap<number, string> =>
    new Map(history.of('http.request').map(({ call, service }) => [call, service])),
);

/** The roles whose stage calls the service that the call is to. */
const callersOf = (history: History, call: number): readonly WorkerRole[] => {
  const service = serviceOfCall(history).get(call);
  const { roles, stage } = history.pipeline;
  return service === undefined ? [] : roles.filter((role) => stage(role).calls === service);
};

/** `event`: the record that the step is about; it is no part of it. */
type PartIn = readonly [WorkerRole, PartName | 'event'];

/** The steps in which an event has a part, and which. */
const partsIn = (history: History, event: HistoryEvent): readonly PartIn[] => {
  const { roles, stage, consumerOf } = history.pipeline;
  switch (event.kind) {
    case 'kafka.record': {
      const { type, byHarness } = eventBySeq(history).get(event.seq) ?? {};
      if (isDeadLetter(history, event)) {
        const original = event.json as { readonly originalEvent?: { readonly type?: unknown } } | undefined;
        const role = consumerOf(String(original?.originalEvent?.type));
        return role === undefined ? [] : [[role, 'dead letter']];
      }
      if (type === undefined) return [];
      return roles.flatMap((role): readonly PartIn[] => [
        ...(stage(role).consumes === type ? [[role, 'event'] as const] : []),
        ...(!byHarness && stage(role).announces.includes(type) ? [[role, 'announcement'] as const] : []),
      ]);
    }
    case 'postgres.commit': {
      const found = event.changes.flatMap((change) => roleOfChange(history.pipeline, change) ?? []);
      // A row that payment-service or the scenario wrote is nobody's work.
      const isOfStep = event.writer === null || isServices(history.pipeline, event.writer);
      return isOfStep ? [...new Set(found)].map((role) => [role, 'commit'] as const) : [];
    }
    case 'http.request':
    case 'http.response':
    case 'http.effect':
      return callersOf(history, event.call).map((role) => [role, 'call'] as const);
    case 'process.log': {
      const role = roles.find((each) => workerNames(history, each).includes(event.worker));
      return role === undefined ? [] : [[role, 'taken']];
    }
    case 'offsets.committed': {
      const types = (passedRecords(history).get(event.seq) ?? []).flatMap(
        (record) => eventBySeq(history).get(record.seq)?.type ?? [],
      );
      return roles
        .filter(
          (role) =>
            types.includes(stage(role).consumes) &&
            history.started.workers.some((worker) => worker.role === role && worker.consumerGroup === event.group),
        )
        .map((role) => [role, 'offset'] as const);
    }
    default:
      return [];
  }
};

const detailOf = (history: History, name: PartName, events: readonly HistoryEvent[]): string => {
  if (name === 'call') {
    const answers = events.flatMap((event) =>
      event.kind === 'http.response' ? [event.status === null ? 'no answer' : String(event.status)] : [],
    );
    const open = events.filter(({ kind }) => kind === 'http.request').length - answers.length;
    return [...answers, ...Array.from({ length: Math.max(0, open) }, () => 'open')].join(', ');
  }
  if (name === 'announcement')
    return events.flatMap((event) => eventBySeq(history).get(event.seq)?.type ?? []).join(', ');
  if (name === 'commit')
    return [
      ...new Set(
        events.flatMap((event) => (event.kind === 'postgres.commit' ? event.changes.map(({ table }) => table) : [])),
      ),
    ].join(', ');
  return '';
};

/** Parts that a step has when all goes well; a dead letter is shown only where there is one. */
const expectedParts = ({ stage }: Pipeline, role: WorkerRole): readonly PartName[] =>
  PARTS.filter((name) => name !== 'dead letter' && (name !== 'call' || stage(role).calls !== undefined));

export const stepsOf = (history: History, owners: Owners): readonly Step[] => {
  const found = new Map<string, Found>();
  const at = (role: WorkerRole, subject: string): Found => {
    const key = stepKey(role, subject);
    let one = found.get(key);
    if (one === undefined) found.set(key, (one = { records: [], parts: new Map() }));
    return one;
  };
  for (const event of history.events) {
    const subjects = owners.get(event.seq) ?? [];
    if (subjects.length === 0) continue;
    for (const [role, part] of partsIn(history, event))
      for (const subject of subjects) {
        const one = at(role, subject);
        if (part === 'event') one.records.push(event as HistoryEvent<'kafka.record'>);
        else one.parts.set(part, [...(one.parts.get(part) ?? []), event]);
      }
  }
  return [...found].flatMap(([id, { records, parts }]): readonly Step[] => {
    const [role, subject] = id.split(' of ') as [WorkerRole, string];
    const expected = expectedParts(history.pipeline, role);
    const first = [...parts.values()].flat().sort((a, b) => a.seq - b.seq)[0];
    const shown = PARTS.filter((name) => expected.includes(name) || parts.has(name)).map((name): StepPart => {
      // Whatever a worker does about an event shows that it has taken it.
      const events = parts.get(name) ?? (name === 'taken' && first !== undefined ? [first] : []);
      return { name, seqs: events.map(({ seq }) => seq), detail: detailOf(history, name, events) };
    });
    const seqs = [...new Set(shown.flatMap((part) => part.seqs))].sort((a, b) => a - b);
    if (seqs.length === 0 && records.length === 0) return [];
    return [
      {
        id,
        role,
        subject,
        event: history.pipeline.stage(role).consumes,
        records: records.map(({ seq }) => seq),
        parts: shown,
        seqs,
      },
    ];
  });
};
