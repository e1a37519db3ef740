import { describe, expect, it } from 'vitest';
import { formatEvent } from '../history/file.ts';
import { parseHistory } from '../history/testing/parse.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { reportOf } from './report.ts';
import {
  ALLOCATION_GROUP,
  PAYMENT,
  PURCHASE_GROUP,
  confirmed,
  created,
  guard,
  letter,
  live,
  purchase,
} from './testing/live.ts';
import type { LiveRecord, Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';
import { withoutPersonal } from './without-personal.ts';

const where = { brokers: 'kafka.example:9092' };
const both = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };

/** Commands for that cause, as they are printed; the same ones follow from what is kept of it. */
const commandsOf = (code: string, seen: Seen, at = where): readonly string[] => {
  const events = toHistory(live(seen, {}));
  const commands = reportOf(events, at).causes.find((cause) => cause.code === code)?.commands ?? [];
  const kept = parseHistory(withoutPersonal(events, pipelineOf(shippedPipeline)).map(formatEvent).join(''));
  expect(reportOf(kept, at).causes.find((cause) => cause.code === code)?.commands ?? []).toEqual(commands);
  return commands;
};

/** The group is past the event of the allocation, and nothing followed. */
const passed = (event: LiveRecord = created(), more: Seen = {}): Seen => ({
  records: [confirmed(), event],
  purchases: [purchase],
  at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 },
  members: both,
  ...more,
});

const SEND = `kafka-console-consumer.sh --bootstrap-server kafka.example:9092 --topic purchase-created --partition 1 --offset 4 --max-messages 1 --property print.key=true | grep -iF -e ${PAYMENT} | kafka-console-producer.sh --bootstrap-server kafka.example:9092 --topic purchase-created --property parse.key=true`;

describe('an event once more', () => {
  it('is one line of text with its key; and no group is moved back over what came since', () => {
    for (const code of ['FL0105', 'FL0106', 'FL0107']) {
      const commands = commandsOf(code, passed());
      expect(commands.at(-1)).toBe(SEND);
      expect(commands.join()).not.toContain('--reset-offsets');
    }
  });

  it('keeps its headers', () =>
    expect(commandsOf('FL0106', passed({ ...created(), headers: { eventType: 'PURCHASE_CREATED' } }))[0]).toMatch(
      /print.key=true --property print.headers=true .* parse.key=true --property parse.headers=true$/,
    ));

  it.each<[string, Partial<LiveRecord>]>([
    ['no single line', { value: { text: JSON.stringify(created().json, null, 2) } }],
    ['no key', { key: null }],
    ['no plain text', { key: `${PAYMENT}\tx` }],
    ['separators', { headers: { traceparent: 'a,b' } }],
    ['separators', { headers: { note: 'at: noon' } }],
    ['empty', { headers: { note: '' } }],
  ])('is said, and not to be typed, where console tools would change it: %s', (why, change) => {
    const commands = commandsOf('FL0106', passed({ ...created(), ...change }));
    expect(commands).toEqual([expect.stringMatching(new RegExp(`^# have a program send .*${why}`))]);
  });

  it('beside a mark the mark goes first, also where a dead letter is', () => {
    const marked = passed(created(), {
      records: [confirmed(), created(), letter()],
      guards: [guard('PURCHASE_CREATED')],
    });
    expect(commandsOf('FL0107', marked)).toEqual([expect.stringMatching(/^DELETE FROM "processed_events"/), SEND]);
  });

  it('names the settings of tools where brokers ask for TLS or SASL', () =>
    expect(commandsOf('FL0106', passed(), { ...where, secured: true } as typeof where)[0]).toMatch(
      /--consumer.config client.properties .*--producer.config client.properties/,
    ));
});

describe('an event that is missing', () => {
  const untold: Seen = { records: [confirmed()], purchases: [purchase], members: both, at: { [PURCHASE_GROUP]: 5 } };

  it('is told again by who should have told it, or by hand: of which only what is known is said', () => {
    const [again, hand, ...others] = commandsOf('FL0103', untold);
    expect(again).toMatch(/^kafka-console-consumer.sh .* --topic purchase-confirmed /);
    expect(hand).toMatch(/^# by hand: to purchase-created, .*'{"type":.*"purchaseId":"5e0c1d2a.*}' with /);
    expect(others).toEqual([]);
  });

  it('is not told by hand of a row that is not there: that is to be made first', () =>
    expect(commandsOf('FL0103', { records: [confirmed()], members: both, at: { [PURCHASE_GROUP]: 5 } })).toEqual([
      expect.stringMatching(/^kafka-console-consumer.sh .* --topic purchase-confirmed /),
    ]));

  it('is not told by a worker that has it marked as done', () =>
    expect(commandsOf('FL0103', { ...untold, guards: [guard('PURCHASE_CONFIRMED')] })).toEqual([
      expect.stringMatching(/^# by hand/),
    ]));
});

it('a group that never committed is set with what that means', () => {
  const waiting: Seen = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
  expect(commandsOf('FL0101', waiting).slice(1)).toEqual([
    '# while no member runs, and it then reads all of purchase-created-1 from there on:',
    expect.stringMatching(/--topic purchase-created:1 --reset-offsets --to-offset 4 --execute$/),
  ]);
});
