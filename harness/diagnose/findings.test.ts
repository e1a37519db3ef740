import { describe, expect, it } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { reportOf } from './report.ts';
import type { DiagnosisReport } from './report.ts';
import {
  ALLOCATION_GROUP,
  NOON,
  PURCHASE_GROUP,
  allocation,
  confirmed,
  created,
  letter,
  live,
  purchase,
  record,
} from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';

const report = (seen: Seen, second?: Seen): DiagnosisReport =>
  reportOf(toHistory(live(seen, second)), { brokers: 'kafka.example:9092' });

const short = ({ outcome, findings }: DiagnosisReport): string =>
  [outcome, ...findings.map(({ code }) => code)].join(' ');

const members = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
const both = { records: [confirmed(), created()], purchases: [purchase], members };
const other = { ...allocation, id: 'c0ffee00-1111-4222-8333-944455556666' };

describe('two rows of which there is to be one', () => {
  it('are wrong also where the payment has come to its end, and a person decides', () => {
    const twice = report({ ...both, allocations: [allocation, other] });
    expect(short(twice)).toBe('cause-found FL0108');
    expect(twice.inShort).toBe(
      'FL0108 duplicate-rows: there are 2 approved or active allocations of that student and course: 7a2f3f4e, c0ffee00',
    );
    expect(twice.findings[0]).toMatchObject({
      certainty: 'shown by what was asked',
      commands: [
        expect.stringMatching(/^# which allocation stays is for a person to decide: 7a2f3f4e-.* and c0ffee00-/),
      ],
    });
    expect(twice.findings[0]?.evidence).toHaveLength(2);
  });

  it('are none where one of them counts no more', () => {
    for (const status of ['cancelled', 'completed', 'pending'])
      expect(short(report({ ...both, allocations: [allocation, { ...other, status }] })), status).toBe('nothing-wrong');
    expect(
      short(report({ ...both, purchases: [purchase, { ...purchase, id: 'x', is_active: false }] }, {})),
    ).not.toContain('FL0108');
  });
});

describe('an event that is given up again and again', () => {
  const at = (offset: number): Readonly<Record<string, number>> => ({
    [PURCHASE_GROUP]: 5,
    [ALLOCATION_GROUP]: offset,
  });
  const letters = [letter(), { ...letter(), offset: 5 }];
  const head: Seen = { ...both, records: [...both.records, ...letters], at: at(4) };

  it('holds up its partition where the group stands at it in two looks', () => {
    const { findings, ...others } = report(head, {});
    expect(short({ ...others, findings })).toBe('cause-found FL0109');
    expect(findings[0]?.message).toBe(
      `PURCHASE_CREATED at purchase-created-1@4 was given up 2 times (10 attempts in all), and ${ALLOCATION_GROUP} stands at it`,
    );
    expect(findings[0]?.commands[1]).toMatch(/ --topic purchase-created:1 --reset-offsets --to-offset 5 --execute$/);
  });

  it('is none that was given up once, has a group that moves, or that nobody is in, or is past it, or one look only', () => {
    const never = (seen: Seen, second?: Seen): void => expect(short(report(seen, second))).not.toContain('FL0109');
    never({ ...head, records: [...both.records, letter()] }, {});
    never(head);
    never(head, { at: at(5) });
    never({ ...head, at: at(2) }, { at: at(4) });
    never({ ...head, members: {} }, {});
    never({ ...head, at: at(5) }, {});
    never({ ...head, allocations: [allocation] }, {});
  });
});

describe('letters of the same event that are not of the record at the head', () => {
  const at = { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 6 };
  const partition = { end: 7 };
  const letterAt = (originalOffset: number, offset: number) => {
    const value = { ...(letter().json as object), originalOffset };
    return record('dead-letter-queue', 'PURCHASE_CREATED', { ...value, offset });
  };
  const told = [created(), created({ offset: 5 }), created({ offset: 6 })];
  const seen = (letters: readonly ReturnType<typeof letter>[]): Seen => ({
    ...both,
    records: [confirmed(), ...told, ...letters],
    at,
    partition,
  });

  it('hold up nothing: it was given up rightly, sent again, given up again and sent a third time', () => {
    expect(short(report(seen([letterAt(4, 4), letterAt(5, 5)]), {}))).not.toContain('FL0109');
    expect(short(report(seen([letterAt(4, 4), letterAt(6, 5)]), {}))).not.toContain('FL0109');
    expect(short(report(seen([letterAt(4, 4), letterAt(6, 5), letterAt(6, 6)]), {}))).toContain('FL0109');
  });

  it('are nobody’s where two groups read the event: a letter does not say whose it is', () => {
    const snapshot = live(seen([letterAt(6, 5), letterAt(6, 6)]), {});
    const { stages } = shippedPipeline;
    const further = { ...stages['allocation-worker'], group: 'another-group' };
    const pipeline = { ...shippedPipeline, stages: { ...stages, 'another-worker': further } };
    const shown = reportOf(toHistory({ ...snapshot, pipeline }), { brokers: 'kafka.example:9092' });
    expect(short(shown)).not.toContain('FL0109');
  });
});

describe('a row of which nobody told', () => {
  const old = { created_at: new Date(NOON - 3_600_000).toISOString() };
  const done: Seen = { ...both, allocations: [{ ...allocation, ...old }] };

  it('is shown, and accuses nobody', () => {
    const shown = report(done);
    expect(short(shown)).toBe('nothing-wrong FL0110');
    expect(shown.inShort).toBe('nothing is wrong: the payment has come to its end');
    expect(shown.findings[0]).toMatchObject({
      accuses: false,
      message:
        'allocation 7a2f3f4e is there, and no TRAINER_ALLOCATED of that student and course was found in trainer-allocated',
    });
  });

  it('is not shown where it was told, is young or pending, or its topic was not read', () => {
    const told = record('trainer-allocated', 'TRAINER_ALLOCATED');
    for (const seen of [
      { ...done, records: [...both.records, told] },
      { ...done, allocations: [allocation] },
      { ...done, allocations: [{ ...allocation, created_at: new Date(NOON - 1000).toISOString() }] },
      { ...done, allocations: [{ ...allocation, ...old, updated_at: new Date(NOON - 1000).toISOString() }] },
      { ...done, allocations: [{ ...allocation, ...old, status: 'pending' }] },
      { ...done, without: ['topics'] as const },
      { ...done, without: ['records'] as const },
      { ...done, hidden: ['trainer-allocated'] },
    ])
      expect(report(seen).findings).toEqual([]);
  });
});
