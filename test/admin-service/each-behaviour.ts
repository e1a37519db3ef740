/** Part of admin-service.test.ts: each behaviour once: its answer, its row, its record, and that it is normal again after it. */
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { API_BEHAVIOURS } from '../../harness/pipeline/behaviours.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import type { ShippedVocabulary } from '../../harness/pipeline/shipped.ts';
import { RESET, newIds } from '../support/admin-bench.ts';
import type { AdminBench, Answer, Row } from '../support/admin-bench.ts';
import { eventually } from '../support/postgres.ts';

type Behaviour = ShippedVocabulary['behaviour'];

interface Expected {
  readonly status: number | null;
  /** The client's error, where there is no answer. */
  readonly error?: RegExp;
  readonly ended: HistoryEvent<'http.response'>['ended'];
  readonly falsified: readonly string[];
  readonly rows: number;
  readonly effects: readonly string[];
  readonly settings?: { readonly status?: number; readonly delayMs?: number };
  readonly see?: (answer: Answer, row: Row | undefined) => void;
}

const CASES: Readonly<Record<Exclude<Behaviour, 'hangs'>, Expected>> = {
  normal: { status: 201, ended: 'answered', falsified: [], rows: 1, effects: ['inserted'] },
  fails: {
    status: 500,
    ended: 'answered',
    falsified: [],
    rows: 0,
    effects: [],
    see: ({ json }) => expect(json).toMatchObject({ success: false, errors: [] }),
  },
  'silent-success': {
    status: 201,
    ended: 'answered',
    falsified: ['row-missing'],
    rows: 0,
    effects: [],
    see: ({ json }) => expect(json.data).toMatchObject({ status: 'approved', id: expect.any(String) as unknown }),
  },
  'late-commit': {
    status: 201,
    ended: 'answered',
    falsified: ['row-late'],
    rows: 1,
    effects: ['inserted'],
    settings: { delayMs: 20 },
    see: ({ json }, row) => expect(row?.id).toBe(json.data['id']),
  },
  'commits-then-drops': {
    status: null,
    error: RESET,
    ended: 'reset',
    falsified: [],
    rows: 1,
    effects: ['inserted'],
  },
  slow: {
    status: 201,
    ended: 'answered',
    falsified: [],
    rows: 1,
    effects: ['inserted'],
    settings: { delayMs: 30 },
  },
  malformed: {
    status: 201,
    ended: 'answered',
    falsified: ['body'],
    rows: 1,
    effects: ['inserted'],
    see: ({ text, json }) => {
      expect(text.length).toBeGreaterThan(100);
      expect(json).toBeUndefined();
    },
  },
  empty: {
    status: 201,
    ended: 'answered',
    falsified: ['body'],
    rows: 1,
    effects: ['inserted'],
    see: ({ text }) => expect(text).toBe(''),
  },
  truncated: {
    status: 201,
    error: /aborted/,
    ended: 'truncated',
    falsified: ['body'],
    rows: 1,
    effects: ['inserted'],
  },
  'wrong-id': {
    status: 201,
    ended: 'answered',
    falsified: ['id'],
    rows: 1,
    effects: ['inserted'],
    see: ({ json }, row) => {
      expect(json.data['id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(json.data['id']).not.toBe(row?.id);
    },
  },
  'no-trainer': {
    status: 202,
    ended: 'answered',
    falsified: [],
    rows: 1,
    effects: ['inserted'],
    see: ({ json }, row) => {
      expect(json.data).toMatchObject({ status: 'pending', trainerId: null, id: row?.id });
      expect(row).toMatchObject({ status: 'pending', trainer_id: null });
    },
  },
  refuses: { status: null, error: RESET, ended: 'refused', falsified: [], rows: 0, effects: [] },
};

export const testEachBehaviour = ({ now, assign, rowsOf, lastResponse, effects }: AdminBench): void => {
  test.each(Object.entries(CASES))('%s', async (name, expected) => {
    const { service, tape } = now();
    const behaviour = name as Behaviour;
    const ids = newIds();
    const fired: number[] = [];
    const control = service.behave(ids.studentId.toUpperCase(), {
      behaviour,
      times: 1,
      ...expected.settings,
      onFired: ({ call, seq }) => fired.push(call, seq),
    });
    const answer = await assign(ids).catch((error: Error) => error);
    const response = await lastResponse();
    await eventually('late rows', () => service.openCalls() === 0);
    const rows = await rowsOf(ids);
    expect(response).toMatchObject({
      status: expected.status,
      behaviour,
      ended: expected.ended,
      falsified: expected.falsified,
    });
    expect(rows).toHaveLength(expected.rows);
    expect(effects()).toEqual(expected.effects);
    if (answer instanceof Error) expect(answer.message).toMatch(expected.error ?? 'no error');
    else {
      expect(expected.error).toBeUndefined();
      expect(answer.status).toBe(expected.status);
      expect(response.body?.text).toBe(answer.text);
      expected.see?.(answer, rows[0]);
    }
    const [request] = tape.of('http.request');
    expect(control.fired()).toBe(1);
    expect(fired).toEqual([request?.call, request?.seq]);

    // After so many calls it is normal again, and finds or makes the row.
    const next = await assign(ids);
    expect(next.status).toBe(201);
    expect(next.json.data).toMatchObject({ status: 'approved', ...ids });
    expect(control.fired()).toBe(1);
    expect(await rowsOf(ids)).toHaveLength(1);
    expect(await lastResponse()).toMatchObject({ behaviour: 'normal', falsified: [] });
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('every behaviour has its case', () => {
    const own = Object.keys(shippedPipeline.services['admin-service'].behaviours);
    expect([...Object.keys(CASES), 'hangs'].sort()).toEqual([...API_BEHAVIOURS, ...own].sort());
  });
};
