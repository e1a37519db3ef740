import { describe, expect, test } from 'vitest';
import { createCommitAssembler } from './postgres-commits.ts';
import type { Completed } from './postgres-commits.ts';
import type { StreamMessage } from './postgres-messages.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const BEGIN: StreamMessage = { tag: 'begin', lsn: '0000000000000010', committedAt: 1000.5, xid: 7 };
const COMMIT: StreamMessage = { tag: 'commit' };
const insert = (table: string, row: Readonly<Record<string, unknown>>): StreamMessage => ({
  tag: 'insert',
  table,
  row,
});
const tag = (content: string): StreamMessage => ({ tag: 'message', prefix: 'faultline', content });
const barrier = (content: string): StreamMessage => ({ tag: 'message', prefix: 'faultline-barrier', content });

const assemble = (...messages: readonly StreamMessage[]): Completed[] => {
  const take = createCommitAssembler(pipelineOf(shippedPipeline));
  return messages.flatMap((message) => take(message));
};

describe('putting transactions together', () => {
  test('one event a commit, at the commit', () => {
    const take = createCommitAssembler(pipelineOf(shippedPipeline));
    expect([BEGIN, insert('payments', { id: 'p' })].flatMap((message) => take(message))).toEqual([]);
    expect(take(COMMIT)).toEqual([
      {
        kind: 'commit',
        event: {
          kind: 'postgres.commit',
          source: 'postgres',
          correlationId: 'p',
          lsn: '0000000000000010',
          committedAt: 1000.5,
          xid: 7,
          writer: null,
          changes: [{ table: 'payments', op: 'insert', row: { id: 'p' } }],
        },
      },
    ]);
  });

  test('the first tag of a transaction names the writer, and of no other transaction', () => {
    const completed = assemble(
      BEGIN,
      tag('stub'),
      tag('impostor'),
      insert('payments', { id: 'a' }),
      COMMIT,
      BEGIN,
      insert('payments', { id: 'b' }),
      COMMIT,
    );
    expect(completed.map((done) => done.kind === 'commit' && done.event.writer)).toEqual(['stub', null]);
  });

  test('leaves out other tables, other messages and empty commits; keeps a tag without rows', () => {
    expect(
      assemble(BEGIN, insert('elsewhere', { id: 1 }), { tag: 'message', prefix: 'somebody', content: 'x' }, COMMIT, {
        tag: 'other',
      }),
    ).toEqual([]);
    expect(assemble(BEGIN, tag('stub'), COMMIT)).toMatchObject([{ event: { writer: 'stub', changes: [] } }]);
  });

  test('a barrier comes after the transaction that carries it, or by itself', () => {
    expect(assemble(BEGIN, barrier('t'), insert('payments', { id: 'p' }), COMMIT)).toMatchObject([
      { kind: 'commit' },
      { kind: 'barrier', token: 't' },
    ]);
    expect(assemble(BEGIN, barrier('t'), COMMIT, barrier('u'))).toEqual([
      { kind: 'barrier', token: 't' },
      { kind: 'barrier', token: 'u' },
    ]);
  });

  test('names the payment only where the rows agree on one', () => {
    const idOf = (...rows: readonly StreamMessage[]): unknown => {
      const [done] = assemble(BEGIN, ...rows, COMMIT);
      return done?.kind === 'commit' ? done.event.correlationId : 'no commit';
    };
    expect(idOf(insert('processed_events', { correlation_id: 'p' }), insert('trainer_allocations', { id: 'a' }))).toBe(
      'p',
    );
    expect(idOf({ tag: 'delete', table: 'processed_events', old: { correlation_id: 'p' } })).toBe('p');
    expect(idOf(insert('processed_events', { correlation_id: 'p' }), insert('payments', { id: 'q' }))).toBeUndefined();
    expect(idOf(insert('trainer_allocations', { id: 'a' }))).toBeUndefined();
  });
});
