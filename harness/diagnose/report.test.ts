import { describe, expect, it } from 'vitest';
import { reportOf as reportOfHistory } from './report.ts';
import type { DiagnosisReport } from './report.ts';
import type { Snapshot } from './snapshot.ts';
import {
  ALLOCATION_GROUP,
  NOON,
  PAYMENT,
  PURCHASE_GROUP,
  allocation,
  confirmed,
  confirmedLetter,
  created,
  guard,
  letter,
  live,
  purchase,
  record,
} from './testing/live.ts';
import { toHistory } from './to-history.ts';

const where = { brokers: 'kafka.example:9092' };

const reportOf = (snapshot: Snapshot): DiagnosisReport => reportOfHistory(toHistory(snapshot), where);

/** Codes in order of rank; a question mark behind what is only possible. */
const inShort = (snapshot: Snapshot): string => {
  const { causes, outcome } = reportOf(snapshot);
  const found = causes.map(({ code, certainty }) => `${code}${certainty.startsWith('possible') ? '?' : ''}`);
  return [outcome, ...found].join(' ');
};

const bothRun = {
  [PURCHASE_GROUP]: ['purchase-confirmed'],
  [ALLOCATION_GROUP]: ['purchase-created'],
};

/** The event of the allocation lies in its topic, and nothing followed. */
const waiting = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
const passed = { ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, members: bothRun };
const stood = {};

describe('what is wrong', () => {
  it('the incident: a row that nobody told of, and nobody runs', () =>
    expect(inShort(live({ purchases: [purchase] }, stood))).toBe('cause-found FL0103 FL0101?'));

  it('the event waits, and nobody is in the group: whether it runs elsewhere, or not at all, nobody looked', () =>
    expect(inShort(live(waiting, stood))).toBe('cause-found FL0101? FL0105?'));

  it('a row of which nobody told, also where its own event was read', () => {
    const silent = { records: [confirmed()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 }, members: bothRun };
    expect(inShort(live(silent, stood))).toBe('cause-found FL0103');
    expect(inShort(live(silent, stood, 14_999))).toBe('not-known');
    expect(inShort(live({ purchases: [purchase], members: bothRun }, stood, 6000))).toBe('not-known');
  });

  it('the group reads another topic', () =>
    expect(
      inShort(live({ ...waiting, members: { ...bothRun, [ALLOCATION_GROUP]: ['purchase-confirmed'] } }, stood)),
    ).toBe('cause-found FL0105'));

  it('a topic that is missing', () =>
    expect(
      inShort(live({ records: [confirmed()], purchases: [purchase], missing: ['purchase-created'], members: bothRun })),
    ).toBe('cause-found FL0102'));

  it('an offset past the event, and no effect: which of three it is, calls would tell', () =>
    expect(inShort(live(passed, stood))).toBe('cause-found FL0105? FL0106? FL0107?'));

  it('the same with a mark: who wrote that is told by no row, and its worker may have marked first and never called', () =>
    expect(inShort(live({ ...passed, guards: [guard('PURCHASE_CREATED')] }, stood))).toBe(
      'cause-found FL0104? FL0106? FL0107?',
    ));

  it('a dead letter was read: the service, or what it needs, failed', () =>
    expect(inShort(live({ ...passed, records: [confirmed(), created(), letter()] }, stood))).toBe(
      'cause-found FL0106? FL0107?',
    ));

  it('a group stands past the first event, and nothing came of it: an inbox may hold it, or nobody read it', () => {
    const only = { records: [confirmed()], at: { [PURCHASE_GROUP]: 5 }, members: bothRun };
    expect(inShort(live(only, stood))).toBe('cause-found FL0103? FL0105?');
    expect(inShort(live({ ...only, guards: [guard('PURCHASE_CONFIRMED')] }, stood))).toBe('cause-found FL0104?');
    const given = { ...only, records: [confirmed(), confirmedLetter()] };
    expect(inShort(live(given, stood))).toBe('cause-found FL0103');
    for (const seen of [only, passed, { ...passed, guards: [guard('PURCHASE_CREATED')] }])
      for (const { message } of reportOf(live(seen, stood)).causes)
        expect(message).toContain('waits in an inbox or a topic for retries');
    for (const seen of [given, waiting])
      for (const { message } of reportOf(live(seen, stood)).causes) expect(message).not.toContain('inbox');
  });
});

describe('what is not wrong, and what cannot be told', () => {
  it('a payment at its end, whatever else there is', () => {
    const done = { ...waiting, allocations: [allocation] };
    expect(inShort(live(done))).toBe('nothing-wrong');
    expect(inShort(live({ ...done, guards: [guard('PURCHASE_CREATED')], without: ['groups'] }))).toBe('nothing-wrong');
    expect(inShort(live({ purchases: [purchase], allocations: [{ ...allocation, status: 'pending' }] }))).toBe(
      'nothing-wrong',
    );
  });

  it('an end is one only where nobody is to decide', () => {
    const shortOf = (status: string): string =>
      reportOf(live({ purchases: [purchase], allocations: [{ ...allocation, status }] })).inShort;
    expect(shortOf('approved')).toBe('nothing is wrong: the payment has come to its end');
    expect(shortOf('pending')).toBe(
      "nothing is wrong: the payment has come as far as it goes without a person's decision (allocation 7a2f3f4e is pending)",
    );
  });

  it('a group that is behind and has members: it may be about to', () => {
    const behind = { ...waiting, members: bothRun, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 2 } };
    expect(inShort(live(behind, stood))).toBe('not-known');
    expect(inShort(live(behind, { at: { [ALLOCATION_GROUP]: 4 } }))).toBe('not-known');
  });

  it('an offset past the event that has not stood for long enough, or was only just committed', () => {
    expect(inShort(live(passed))).toBe('not-known');
    expect(inShort(live(passed, stood, 14_999))).toBe('not-known');
    expect(inShort(live({ ...passed, at: { [ALLOCATION_GROUP]: 4 } }, passed.at && { at: passed.at }))).toBe(
      'not-known',
    );
  });

  it('a group that was moved back has it to read again', () => {
    const back = { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 2 };
    expect(inShort(live(passed, { at: back }))).toBe('not-known');
    expect(inShort(live({ ...passed, at: back }, stood))).toBe('not-known');
  });

  it('what was given up, and lies there to be read: told again, or because its group stands before it', () => {
    const lettered = { ...passed, records: [confirmed(), created(), letter()] };
    const again = { ...lettered, records: [...lettered.records, created({ offset: 6 })], partition: { end: 7 } };
    expect(inShort(live(again, stood))).toBe('not-known');
    expect(inShort(live({ ...again, guards: [guard('PURCHASE_CREATED')] }, stood))).toBe('not-known');
    expect(inShort(live({ ...lettered, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 4 } }, stood))).toBe('not-known');
    expect(inShort(live(lettered, { at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 2 } }))).toBe('not-known');
    const read = { ...again, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 7 } };
    expect(inShort(live(read, stood))).toBe('cause-found FL0106? FL0107?');
    const first = { records: [confirmed(), confirmedLetter(), confirmed({ offset: 6 })], partition: { end: 7 } };
    expect(inShort(live({ ...first, at: { [PURCHASE_GROUP]: 5 }, members: bothRun }, stood))).toBe('not-known');
  });

  it('a group that stands past the end of a topic: it was made anew, and nothing is known of what was read', () =>
    expect(
      inShort(live({ ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 900 }, members: bothRun }, stood)),
    ).toBe('not-known'));

  it('a group that has no member at this moment, and is at work or being set all the same', () => {
    const at = (offset: number) => ({ [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: offset });
    const ends = { ...waiting, partition: { end: 9 } };
    expect(inShort(live({ ...ends, at: at(2) }, stood))).toBe('cause-found FL0101? FL0105?');
    const left = live({ ...ends, at: at(2), members: bothRun }, { members: {} });
    expect(inShort(left)).toBe('not-known');
    expect(reportOf(left).sources.map(({ why }) => why)).toContainEqual(
      expect.stringContaining(`${ALLOCATION_GROUP} had members at one look and none at the next`),
    );
    expect(inShort(live({ ...ends, at: at(2) }, { at: at(4) }))).toBe('not-known');
    expect(inShort(live({ ...ends, at: at(5) }, { at: at(2) }))).toBe('not-known');
    expect(inShort(live(ends, { at: at(2) }))).toBe('not-known');
  });

  it('what changes while it is looked at is in work', () => {
    const { outcome, inShort: text } = reportOf(live({ purchases: [] }, { purchases: [purchase] }));
    expect([outcome, text]).toEqual(['not-known', expect.stringContaining('in work')]);
    expect(
      inShort(
        live({ purchases: [purchase] }, { records: [record('trainer-allocated', 'TRAINER_ALLOCATED', { offset: 5 })] }),
      ),
    ).toBe('not-known');
  });

  it('what was there at the first look, and was read at the second, is no change', () => {
    const late = { purchases: [purchase], at: passed.at, members: bothRun };
    expect(reportOf(live(late, { records: [confirmed(), created()] })).inShort).not.toContain('in work');
    expect(reportOf(live(late, { records: [created({ offset: 5 })], partition: { end: 6 } })).inShort).toContain(
      'in work',
    );
  });

  it('a group that was moved back before what was read late has it to read again', () => {
    const late = { records: [confirmed()], purchases: [purchase], at: passed.at, members: bothRun };
    const again = { records: [created()], at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 4 } };
    expect(inShort(live(late, again))).toBe('not-known');
  });

  it('a row that was the effect, and is not any more', () => {
    const over = { ...allocation, status: 'completed' };
    expect(inShort(live({ ...passed, allocations: [over] }, stood))).toBe('not-known');
    expect(inShort(live({ ...passed, allocations: [{ ...over, status: 'cancelled' }] }, stood))).toBe('not-known');
    expect(inShort(live({ ...passed, allocations: [over, allocation] }, stood))).toBe('nothing-wrong');
    const ended = { ...purchase, is_active: false };
    const both = reportOf(live({ purchases: [ended], allocations: [over] }, stood));
    expect([both.outcome, both.inShort]).toEqual(['not-known', expect.stringContaining('counts now')]);
    expect(both.sources[0]?.why).toContain('may have been one before');
    expect(inShort(live({ records: [confirmed()], purchases: [ended], at: { [PURCHASE_GROUP]: 5 } }, stood))).toBe(
      'not-known',
    );
  });

  it('what another payment of the same student and course had is not held against this one', () => {
    const payment = 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91';
    const before = [confirmed({ payment, offset: 1 }), created({ payment, offset: 1 })];
    const at = { [PURCHASE_GROUP]: 4, [ALLOCATION_GROUP]: 4 };
    const lags = { records: [...before, confirmed()], purchases: [purchase], at, members: bothRun };
    const report = reportOf(live(lags, stood));
    expect([report.outcome, report.payment.correlationId]).toEqual(['not-known', PAYMENT]);
    expect(report.inShort).toContain(`events of ${payment} tell of the same student and course`);
    expect(inShort(live({ ...lags, purchases: [] }, stood))).toBe('not-known');
    expect(inShort(live({ ...lags, records: [...lags.records, letter({ payment })] }, stood))).toBe('not-known');
    const own = { ...lags, records: [...before, confirmed(), created()] };
    expect(inShort(live({ ...own, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 } }, stood))).toBe(
      'cause-found FL0105? FL0106? FL0107?',
    );
  });

  it('an event that was in a topic which was made anew is not one that was never told', () =>
    expect(
      inShort(
        live(
          { records: [confirmed()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 900 } },
          stood,
        ),
      ),
    ).toBe('not-known'));

  it('an event that retention may have taken away', () => {
    const eaten = { purchases: [purchase], partition: { first: 3 } };
    expect(inShort(live(eaten, stood))).toBe('not-known');
    // What is left begins before the payment did, by more than clocks differ.
    expect(inShort(live({ ...eaten, partition: { first: 3, since: NOON - 86_400_000 } }, stood))).toContain('FL0103');
    expect(inShort(live({ ...eaten, partition: { first: 3, since: NOON - 60_000 } }, stood))).toBe('not-known');
  });

  it('a topic that nobody may see is not known to be missing', () =>
    expect(inShort(live({ ...waiting, members: bothRun, hidden: ['purchase-created'] }, stood))).toBe('not-known'));

  it.each(['rows', 'topics', 'groups', 'guard', 'effects', 'records'] as const)('%s not read accuse nobody', (what) => {
    const report = reportOf(live({ ...passed, without: [what] }, stood));
    expect([report.outcome, report.causes]).toEqual(['not-known', []]);
    expect(report.sources.filter(({ complete }) => !complete)).toHaveLength(2);
  });

  it('nothing of it at all', () =>
    expect(reportOf(live({}, stood))).toMatchObject({
      outcome: 'not-known',
      inShort: expect.stringContaining('no event of this payment'),
    }));
});

describe('what is shown', () => {
  it('of each stage the checks, each with whether it is as it should be', () => {
    const { stages } = reportOf(live({ purchases: [purchase] }, stood));
    expect(stages.map(({ worker, checks }) => [worker, checks.map(({ is }) => is).join(' ')])).toEqual([
      ['purchase-worker', 'bad good bad open good bad'],
      ['allocation-worker', 'bad good bad open unknown bad'],
    ]);
  });

  it('what could not be asked is no answer', () => {
    const { stages } = reportOf(live({ without: ['rows', 'topics', 'groups'] }));
    expect(new Set(stages.flatMap(({ checks }) => checks.map(({ is }) => is)))).toEqual(new Set(['unknown']));
    for (const { answer } of stages.flatMap(({ checks }) => checks)) expect(answer).toMatch(/not known|not read/);
  });

  it('the checks that were chosen, and no others', () => {
    const { stages } = reportOfHistory(toHistory(live(waiting)), where, new Set(['announced', 'topic-exists']));
    expect(stages.map(({ checks }) => checks.map(({ check }) => check))).toEqual([
      ['topic-exists', 'announced'],
      ['topic-exists'],
    ]);
  });

  it('a group is not said to have read everything where nobody knows what there is', () => {
    const lines = reportOf(live({ ...passed, without: ['topics'] })).stages.flatMap(({ standing }) => standing);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/: how much is left to read is not known$/);
  });

  it('where groups stand, and whether they move', () => {
    const standing = (first: number, second: number): readonly string[] =>
      reportOf(live({ ...passed, at: { [ALLOCATION_GROUP]: first } }, { at: { [ALLOCATION_GROUP]: second } })).stages[1]
        ?.standing ?? [];
    expect(standing(2, 2)).toEqual([
      `${ALLOCATION_GROUP} at 2 of purchase-created-1: 3 to read, and it did not move in 6 s`,
    ]);
    expect(standing(2, 4)[0]).toContain('it moves');
    expect(standing(4, 2)[0]).toContain('it was moved back from 4');
    expect(standing(5, 5)[0]).toContain('nothing is left to read');
    expect(standing(9, 9)[0]).toContain('made anew');
  });

  it('evidence, the next step, and commands that are for a person', () => {
    const [cause] = reportOf(live({ ...passed, guards: [guard('PURCHASE_CREATED')] }, stood)).causes;
    expect(cause).toMatchObject({
      evidence: [
        `group ${ALLOCATION_GROUP} stands at 5 of purchase-created-1`,
        expect.stringContaining('row guard-PURCHASE_CREATED of processed_events (source payment-service'),
      ],
      commands: [
        `DELETE FROM "processed_events" WHERE "correlation_id" = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91' AND "event_type" = 'PURCHASE_CREATED';`,
        expect.stringMatching(/--partition 1 --offset 4 --max-messages 1 .* \| kafka-console-producer/),
      ],
    });
  });
});
