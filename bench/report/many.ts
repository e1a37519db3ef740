/** A history as long as one likes: a stored one over and over, every time with other payments, behind one another in every source. */
import type { HistoryEvent, Subject } from '../../harness/history/events.ts';
import { storedHistory } from '../../harness/history/testing/stored.ts';

const UUID = /[0-9a-f]{8}(?=-[0-9a-f]{4}-)/g;

/** Fields that count on from one repetition to the next. */
const moved = (event: HistoryEvent, n: number, length: number, span: number): HistoryEvent => {
  const at = { ...event, seq: event.seq + n * length, at: event.at + n * span };
  if (event.after !== undefined) Object.assign(at, { after: event.after.map((seq) => seq + n * length) });
  if ('offset' in event) Object.assign(at, { offset: event.offset + n * 1000 });
  if ('position' in event) Object.assign(at, { position: event.position + n * 1000 });
  if ('call' in event) Object.assign(at, { call: event.call + n * 1000 });
  if ('connection' in event) Object.assign(at, { connection: event.connection + n * 1000 });
  if ('lsn' in event) {
    const lsn = (BigInt(`0x${event.lsn}`) + BigInt(n) * 0x1000000n).toString(16).padStart(16, '0');
    Object.assign(at, { lsn, committedAt: event.committedAt + n * span });
  }
  return at;
};

/** Every repetition has ids of its own: the first group of each is another. */
const renamed = <T>(value: T, n: number): T =>
  JSON.parse(
    JSON.stringify(value).replaceAll(UUID, (group) =>
      ((Number.parseInt(group, 16) + n * 7919) % 2 ** 32).toString(16).padStart(8, '0'),
    ),
  ) as T;

/** At least so many events. */
export const manyEvents = (least: number, name = 'hardened/healthy'): readonly HistoryEvent[] => {
  const { events, started, subjects } = storedHistory(name);
  const [length, span] = [(events.at(-1)?.seq ?? 0) + 1, (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0) + 5];
  const counted = events.filter(({ kind }) => !kind.startsWith('trial.')).length;
  const times = Math.ceil(least / counted);
  const named: Subject[] = [];
  const rest: HistoryEvent[] = [];
  for (let n = 0; n < times; n++) {
    named.push(...renamed(subjects, n).map((subject) => ({ ...subject, name: `${subject.name} ${n}` })));
    // A trial has its phases once.
    const again = events.slice(1).filter(({ kind }) => n === 0 || !kind.startsWith('trial.'));
    rest.push(...again.map((event) => renamed(moved(event, n, length, span), n)));
  }
  return [{ ...started, subjects: named }, ...rest];
};
