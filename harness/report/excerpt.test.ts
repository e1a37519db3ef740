import { expect, test } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { storedHistory } from '../history/testing/stored.ts';
import { excerptOf } from './excerpt.ts';
import { subjectsOf } from './view/owners.ts';
import { viewOf } from './view/view.ts';

const history = storedHistory('hardened/healthy');
const names = history.subjects.map(({ name }) => name);
const last = names.at(-1)!;
const read = (text: string): readonly HistoryEvent[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as HistoryEvent);

test('a history that can be drawn is not cut', () => {
  expect(excerptOf(history.events, [])).toBeUndefined();
});

test('nor is one of which nobody would be left out, however long it is', () => {
  expect(excerptOf(history.events, [], { events: 10, subjects: names.length })).toBeUndefined();
  expect(excerptOf(history.events, [], { events: 10, subjects: names.length - 1 })).toMatchObject({
    shown: names.length - 1,
    of: names.length,
  });
  const [started, ...rest] = history.events;
  const ofNobody = [{ ...started, subjects: [] } as HistoryEvent, ...rest];
  expect(excerptOf(ofNobody, [], { events: 10, subjects: 100 })).toBeUndefined();
});

test('of too long a one those payments are drawn of which something is said, and what is about nobody', () => {
  const [first] = history.events.filter((event) => subjectsOf(history, event)[0] === names[0]).slice(3);
  const said = [{ subject: last, evidence: [] }];
  const { history: text, ...about } = excerptOf(history.events, said, { events: 10, subjects: 1 })!;
  expect(about).toEqual({ shown: 1, of: names.length, called: 'payment' });
  const events = read(text);
  const ofLast = history.events.filter((event) => subjectsOf(history, event).includes(last));
  const ofNobody = history.events.filter((event) => subjectsOf(history, event).length === 0);
  expect(events.map(({ seq }) => seq)).toEqual([...ofLast, ...ofNobody].map(({ seq }) => seq).sort((a, b) => a - b));
  expect(viewOf(events).subjects).toEqual([last]);
  const withEvidence = excerptOf(history.events, [{ evidence: [first!.seq] }], { events: 10, subjects: 1 })!;
  expect(viewOf(read(withEvidence.history)).subjects).toEqual([names[0]]);
});
