/** What an event is, apart from when it happened and from ids: so that two trials of one scenario can be held against each other. */
import { isDeadLetter, eventBySeq, passedRecords } from '../view/owners.ts';
import type { HistoryEvent, RowChange } from '../../history/events.ts';
import type { View, ViewEvent } from '../view/view.ts';
import type { Pipeline } from '../../pipeline/queries.ts';

export interface Thing {
  /** The same in both trials; with its number where it happens several times. */
  readonly key: string;
  /** `the mark of PURCHASE_CREATED of ada`. */
  readonly noun: string;
  readonly event: ViewEvent;
}

type Named = Omit<Thing, 'event'>;

const of = (subjects: readonly string[], many: boolean): string =>
  many && subjects.length > 0 ? ` of ${subjects.join(' and ')}` : '';

const byWhom = (writer: string | null | undefined): string =>
  writer === null || writer === undefined ? '' : ` by ${writer}`;

const OPS = { insert: '', update: 'change of ', delete: 'removal of ', truncate: 'emptying of ' } as const;

const rowThing = (
  { guard, entityOfTable }: Pipeline,
  { table, op, row, old }: RowChange,
  writer: string | null,
): Named => {
  const values = row ?? old ?? {};
  if (table === guard.table) {
    const type = String(values[guard.type]);
    return {
      key: `row ${table} ${op} ${type} ${writer ?? ''}`,
      noun: `the ${OPS[op]}mark of ${type}${byWhom(writer)}`,
    };
  }
  const shown = entityOfTable(table)?.shows;
  const status = shown === undefined ? '' : `, ${String(values[shown])}`;
  return {
    key: `row ${table} ${op} ${status} ${writer ?? ''}`,
    noun: `the ${OPS[op]}row in ${table}${status}${byWhom(writer)}`,
  };
};

const namedOf = (view: View, event: HistoryEvent): readonly Named[] => {
  const { history } = view;
  switch (event.kind) {
    case 'kafka.record': {
      if (event.control !== undefined) return [];
      if (isDeadLetter(history, event)) return [{ key: 'dead letter', noun: 'the dead-letter record' }];
      const known = eventBySeq(history).get(event.seq);
      const writer = history.producedAs(event)?.writer;
      const name = known?.type ?? `a record in ${event.topic}`;
      const aborted = event.aborted === true ? ', aborted' : '';
      return [
        { key: `record ${name} ${event.topic} ${writer ?? ''}${aborted}`, noun: `${name}${byWhom(writer)}${aborted}` },
      ];
    }
    case 'postgres.commit':
      return event.changes.map((change) => rowThing(history.pipeline, change, event.writer));
    case 'http.request':
      return [{ key: `call ${event.method} ${event.path}`, noun: 'the call to admin-service' }];
    case 'http.response': {
      const answer = event.status === null ? 'no answer' : `the answer ${event.status}`;
      return [{ key: `answer ${event.status ?? 'none'}`, noun: `${answer} of admin-service` }];
    }
    case 'offsets.committed': {
      const types = (passedRecords(history).get(event.seq) ?? []).map(
        ({ seq, topic }) => eventBySeq(history).get(seq)?.type ?? topic,
      );
      if (types.length === 0) return [];
      const past = [...new Set(types)].join(', ');
      return [{ key: `offset ${event.group} ${past}`, noun: `the offset past ${past}` }];
    }
    case 'process.exited':
      return event.requested ? [] : [{ key: `exit ${event.worker}`, noun: `the exit of ${event.worker} by itself` }];
    case 'fault.fired':
      return [{ key: `fault ${event.faultKind}`, noun: `the stroke of ${event.faultKind}` }];
    default:
      return [];
  }
};

/** Everything of a trial that is held against another, by arrival. */
export const thingsOf = (view: View): readonly Thing[] => {
  const counts = new Map<string, number>();
  const many = view.subjects.length > 1;
  return view.events.flatMap((event) =>
    namedOf(view, event.event).map(({ key, noun }): Thing => {
      const whole = `${key} ${event.subjects.join(' ')}`;
      const n = (counts.get(whole) ?? 0) + 1;
      counts.set(whole, n);
      return {
        key: `${whole} ${n}`,
        noun: `${noun}${of(event.subjects, many)}${n > 1 ? ` (number ${n})` : ''}`,
        event,
      };
    }),
  );
};
