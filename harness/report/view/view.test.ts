import { describe, expect, it } from 'vitest';
import { storedHistory, STORED } from '../../history/testing/stored.ts';
import { columnsOf } from './columns.ts';
import { layoutOf, rowAt } from './layout.ts';
import { isProven } from './links.ts';
import { isComplete, openAtFirst, rowsOf } from './rows.ts';
import type { Row, RowsState } from './rows.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

const view = (name: string): View => viewOf(storedHistory(name).events);
const folded: RowsState = { open: new Set(), asides: new Set(), subject: undefined, keep: new Set() };
const unfolded = (of: View): RowsState => ({
  ...folded,
  open: new Set(of.steps.map(({ id }) => id)),
  asides: new Set(['all']),
});
const seqsOf = (rows: readonly Row[]): readonly number[] => rows.flatMap(({ seqs }) => seqs).sort((a, b) => a - b);

describe('a history as it is drawn', () => {
  it.each(STORED)('%s: every event is in one row, folded or not', (name) => {
    const of = view(name);
    const all = of.events.map(({ seq }) => seq);
    expect(seqsOf(rowsOf(of, unfolded(of)))).toEqual(all);
    expect([...new Set(seqsOf(rowsOf(of, folded)))]).toEqual(all);
  });

  it.each(STORED)('%s: an arrow is drawn only where the order is proven, and never against it', (name) => {
    const of = view(name);
    for (const pair of of.pairs)
      if (isProven(of.history, pair)) expect(isProven(of.history, { from: pair.to, to: pair.from })).toBe(false);
  });

  it('a step of a passing trial is complete, in the order of its parts', () => {
    const of = view('hardened/worker-down');
    const step = of.steps.find(({ role }) => role === 'allocation-worker');
    expect(step?.parts.map(({ name }) => name)).toEqual(['taken', 'call', 'commit', 'announcement', 'offset']);
    expect(step?.parts.find(({ name }) => name === 'call')?.detail).toBe('201');
    expect(step?.parts.find(({ name }) => name === 'announcement')?.detail).toBe('TRAINER_ALLOCATED');
    expect(of.steps.every(isComplete)).toBe(true);
    expect(openAtFirst(of, new Set())).toEqual(new Set());
    expect(openAtFirst(of, new Set(step?.seqs.slice(0, 1)))).toEqual(new Set([step?.id]));
  });

  it('a step that lacks something stands open, and says what is absent', () => {
    const of = view('incident/guard-marked-early');
    const step = of.steps.find(({ role }) => role === 'allocation-worker');
    expect(step?.parts.filter(({ seqs }) => seqs.length === 0).map(({ name }) => name)).toEqual([
      'call',
      'commit',
      'announcement',
    ]);
    expect(openAtFirst(of, new Set())).toContain(step?.id);
  });

  it('tells a proven order from mere arrival: the commit after the record, the log line after it', () => {
    const of = view('incident/guard-marked-early');
    const kindOf = (seq: number): string => of.events.find((event) => event.seq === seq)?.event.kind ?? '';
    const told = of.pairs.map((pair) => `${kindOf(pair.from)} ${kindOf(pair.to)} ${isProven(of.history, pair)}`);
    expect(told).toContain('kafka.record postgres.commit true');
    expect(told).toContain('postgres.commit postgres.commit true');
    expect(told).toContain('kafka.record process.log false');
    expect(told).not.toContain('kafka.record process.log true');
  });

  it('a fault lasts from armed to healed, a process from its start to its exit, a call to its answer', () => {
    const of = view('incident/worker-killed-mid-call');
    const kinds = of.spans.map(({ kind }) => kind);
    expect(kinds).toContain('fault');
    expect(kinds).toContain('call');
    const fault = of.spans.find(({ kind }) => kind === 'fault');
    expect(of.history.events.find(({ seq }) => seq === fault?.from)?.kind).toBe('fault.armed');
    expect(of.history.events.find(({ seq }) => seq === fault?.to)?.kind).toBe('fault.healed');
    const processes = of.spans.filter(({ kind, lane }) => kind === 'process' && lane === 'process allocation-worker');
    expect(processes.length).toBeGreaterThan(1);
  });

  it('lanes in which nothing happens are there all the same', () => {
    const lanes = view('incident/guard-marked-early').lanes.map(({ id }) => id);
    expect(lanes).toContain('sql trainer_allocations');
    expect(lanes).toContain('kafka trainer-allocated');
    expect(lanes).toContain('http admin-service');
    expect(lanes).not.toContain('kafka sessions-generated');
  });

  it('lanes of none of the subjects are headed by what the pipeline calls them', () => {
    // With one more that is of none of them.
    const { events: stored } = storedHistory('incident/poison-event');
    const commit = stored.findLast((event) => event.kind === 'postgres.commit');
    if (commit?.kind !== 'postgres.commit') throw new Error('no commit was stored');
    const changes = commit.changes.map((change) => ({ ...change, row: { id: 'x', student_id: 'y', course_id: 'z' } }));
    const events = stored.map((event) => (event === commit ? { ...commit, changes } : event));
    const headings = (called: string): ReadonlySet<string> => {
      const orders = events.map((event) =>
        event.kind === 'trial.started' && event.pipeline !== undefined
          ? { ...event, pipeline: { ...event.pipeline, subject: { ...event.pipeline.subject, called } } }
          : event,
      );
      return new Set(columnsOf(viewOf(orders), undefined).columns.map(({ heading }) => heading));
    };
    expect(headings('payment')).toContain('any payment');
    expect(headings('order')).toContain('any order');
    expect(headings('order')).not.toContain('any payment');
  });

  it('several payments have lanes each, and one looked at alone has them all', () => {
    const many = view('incident/poison-event');
    expect(many.subjects.length).toBeGreaterThan(1);
    const { columns } = columnsOf(many, undefined);
    for (const name of many.subjects) expect(columns.filter(({ heading }) => heading === name)).toHaveLength(4);
    expect(columnsOf(many, many.subjects[0]).columns).toHaveLength(many.lanes.length);
    const [first = '', second = ''] = many.subjects;
    const rows = rowsOf(many, { ...unfolded(many), subject: first });
    const shown = rows.flatMap((row) => (row.kind === 'event' ? [row.event] : []));
    expect(shown.some(({ subjects }) => subjects.includes(first))).toBe(true);
    expect(shown.some(({ subjects }) => subjects.includes(second) && !subjects.includes(first))).toBe(false);
  });
});

describe('where rows lie', () => {
  const of = view('incident/guard-marked-early');
  const rows = rowsOf(of, unfolded(of));

  it('by event, a long wait takes no more room than a short one', () => {
    const { height, gaps } = layoutOf(rows, 'event', 20, 1);
    expect(gaps.size).toBeGreaterThan(0);
    expect(height).toBeLessThan(rows.length * 20 + (gaps.size + 1) * 20);
  });

  it('true to time, what lies between is as long as it took, and no row covers another', () => {
    const { tops } = layoutOf(rows, 'time', 20, 2);
    rows.forEach((row, i) => {
      const before = rows[i - 1];
      if (before === undefined) return;
      const between = (tops[i] ?? 0) - (tops[i - 1] ?? 0);
      expect(between).toBeCloseTo(Math.max(20, (row.at - before.at) * 2), 6);
    });
  });

  it('the row at a place is found', () => {
    const layout = layoutOf(rows, 'event', 20, 1);
    rows.forEach((_, i) => expect(rowAt(layout, (layout.tops[i] ?? 0) + 1)).toBe(i));
    expect(rowAt(layout, layout.height + 1)).toBe(rows.length);
  });
});
