import { expect, it } from 'vitest';
import { formatEvent } from '../history/file.ts';
import { parseHistory } from '../history/testing/parse.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { reportOf } from './report.ts';
import { ALLOCATION_GROUP, PURCHASE_GROUP, confirmed, letter, live, purchase, record } from './testing/live.ts';
import { toHistory } from './to-history.ts';
import { withoutPersonal } from './without-personal.ts';

const PERSONAL = {
  metadata: { name: 'Ada Lovelace', timeSlot: '4:00 PM' },
  userId: 'ada@example.org',
  amountCents: 4711,
};

it('keeps what is judged, and nothing of what people wrote or bought', () => {
  const told = record('purchase-created', 'PURCHASE_CREATED', { purchaseId: purchase['id'], ...PERSONAL });
  const events = toHistory(
    live(
      {
        records: [confirmed(), { ...told, headers: { ...told.headers, note: 'Ada called' } }, letter()],
        purchases: [purchase],
        at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 },
      },
      {},
    ),
  );
  const kept = withoutPersonal(events, pipelineOf(shippedPipeline));
  const text = kept.map(formatEvent).join('');
  expect(text).not.toMatch(/Ada|ada@|4711|4:00 PM|answered 500/);
  const where = { brokers: 'kafka.example:9092' };
  expect(reportOf(parseHistory(text), where)).toEqual(reportOf(events, where));
  expect(reportOf(events, where).causes).not.toEqual([]);
});

it('what is no JSON is left out, and still is none', () => {
  const broken = { ...confirmed(), value: { text: 'Ada: oops' } };
  const { json: _json, ...poison } = broken;
  const events = toHistory(live({ records: [poison] }));
  const [first] = withoutPersonal(events, pipelineOf(shippedPipeline)).filter(({ kind }) => kind === 'kafka.record');
  expect(first).toMatchObject({ value: { text: '(left out)' } });
});

it('where logs and workers were looked for, and what programs said of it, is left out', () => {
  const snapshot = live({
    records: [confirmed()],
    log: {
      where: 'the file /home/ada/calls.log',
      asked: 'cat /home/ada/calls.log',
      lacking: ['ssh: ada@host: denied'],
    },
    seen: { 'allocation-worker': 'docker ended with 1: /home/ada/.docker: denied' },
  });
  const kept = withoutPersonal(toHistory(snapshot), pipelineOf(shippedPipeline));
  expect(JSON.stringify(kept)).not.toMatch(/home.ada|ada@|docker/);
  expect(JSON.stringify(kept)).toContain('a call at admin-service that is not answered');
  expect(reportOf(kept, { brokers: '' }).sources.at(-1)).toMatchObject({ complete: false, why: '(left out)' });
});
