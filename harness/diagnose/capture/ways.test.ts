import { expect, it } from 'vitest';
import { withSessions } from '../../history/testing/sessions.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { declarationProblems } from '../../pipeline/validate.ts';
import { reportOf } from '../report.ts';
import { confirmed, guard, purchase, record } from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { canCome } from './testing/can-come.ts';
import { captured } from './testing/captured.ts';
import { liveOf, meeting, parting } from './testing/declared.ts';

const transfer = record('sessions-generated', 'TRANSFER_CONFIRMED');
const others = { 'purchase-worker': 'purchase-confirmed', 'allocation-worker': 'purchase-created' };

it('of two stages that bring about the same the one is stopped that the cause speaks of', () => {
  expect(declarationProblems(meeting)).toEqual([]);
  const waits = { records: [transfer], members: others };
  expect(captured(liveOf(meeting, waits)).scenario).toMatchObject({
    faults: [{ kind: 'worker-stopped', worker: 'transfer-worker' }],
    act: [{ do: 'tell', event: 'TRANSFER_CONFIRMED', subjects: ['ada'] }],
  });
  const astray = { ...waits, members: { ...others, 'transfer-worker': 'trainer-allocated' } };
  expect(captured(liveOf(meeting, astray)).scenario.faults).toEqual([
    { kind: 'worker-misconfigured', worker: 'transfer-worker', setting: 'wrong-topic' },
  ]);
});

it('and its mark is the one that is to be taken away', () => {
  const events = toHistory(
    liveOf(meeting, {
      records: [transfer],
      rows: { processed_events: [guard('TRANSFER_CONFIRMED')] },
      members: { ...others, 'transfer-worker': 'sessions-generated' },
      at: { 'transfer-worker': 5 },
    }),
  );
  const { causes } = reportOf(events, { brokers: 'kafka.example:9092' });
  const [marked] = causes.filter(({ id }) => id === 'guard-marked-without-allocation');
  expect(marked?.commands.join('\n')).toContain(`"event_type" = 'TRANSFER_CONFIRMED'`);
  expect(marked?.commands.join('\n')).not.toContain('PURCHASE_CONFIRMED');
});

it('where ways part every worker of whom nobody is there is stopped', () => {
  expect(declarationProblems(parting)).toEqual([]);
  const seen = { records: [confirmed()], members: { 'purchase-worker': 'purchase-confirmed' } };
  expect(captured(liveOf(parting, seen)).scenario).toMatchObject({
    faults: [
      { kind: 'worker-stopped', worker: 'allocation-worker' },
      { kind: 'worker-stopped', worker: 'mailer' },
    ],
    observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
  });
});

it('a worker behind one whose topic is missing is stopped, and not waited for', () => {
  const seen = {
    records: [confirmed()],
    missing: ['purchase-created'],
    members: { 'purchase-worker': 'purchase-confirmed' },
  };
  const { scenario } = captured(liveOf(withSessions, seen));
  expect(scenario.faults.map(({ kind }) => kind)).toEqual(['topic-missing', 'worker-stopped']);
  expect(canCome(scenario, pipelineOf(withSessions))).toBe(true);
});

it('only an act that says so makes a row', () => {
  const acts = {
    cancel: { about: 'PURCHASE_CONFIRMED', as: 'payment-service', takes: { subjects: 'one' } },
    ...shippedPipeline.acts,
  } as const;
  const { 'write-purchase': _, ...silent } = acts;
  const written = { rows: { student_course_purchases: [purchase] } };
  expect(captured(liveOf({ ...shippedPipeline, acts }, written)).scenario.act).toEqual([
    { do: 'write-purchase', subject: 'ada' },
  ]);
  expect(() => captured(liveOf({ ...shippedPipeline, acts: silent }, written))).toThrow("makes: 'purchase'");
});
