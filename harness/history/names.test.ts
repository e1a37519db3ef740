import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { openHistory } from './history.ts';
import { belonging, count, eventName, nameOf, short } from './names.ts';
import { filledIn } from './of-before.ts';
import { paymentsOf } from './subjects.ts';
import { build } from './testing/build.ts';
import { text, under, wholeNumber } from './values.ts';

test('ids are shown by their beginning', () => {
  expect(short('1fa90c93-ea40-4ba9-a7bf-4ed47e735b91')).toBe('1fa90c93');
  expect(short('1FA90C93-EA40-4ba9')).toBe('1FA90C93');
  expect(short('x1fa90c93-ea40-')).toBe('x1fa90c93-ea…');
  expect(short('123456789012')).toBe('123456789012');
  expect(short('1234567890123')).toBe('123456789012…');
  expect([short(''), short(undefined), short(null), short(7)]).toEqual(['(none)', '(none)', '(none)', '7']);
});

test('things are counted and named', () => {
  expect([count(0, 'call'), count(1, 'call'), count(2, 'call')]).toEqual(['0 calls', '1 call', '2 calls']);
  const b = build();
  b.emit('PURCHASE_CREATED');
  expect(eventName(b.history().pipelineEvents[0]!)).toBe('PURCHASE_CREATED at purchase-created-0@0');
  expect(nameOf({ ...b.subject(), correlationId: 'p' })).toBe('ada (payment p)');
});

test('a subject of another pipeline is called as that calls it, also one that the harness began by itself', () => {
  const b = build();
  b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'scenario' });
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const subject = { ...shippedPipeline.subject, called: 'booking' };
  const pipeline = { ...shippedPipeline, subject };
  const [ada] = openHistory([{ ...started, pipeline }, ...others]).subjects;
  expect(nameOf(ada!)).toMatch(/^ada \(booking /);
  expect(belonging(ada)).toMatch(/^ of ada \(booking \S+, student /);
  const [unknown] = paymentsOf(openHistory([{ ...started, pipeline, subjects: [] }, ...others]));
  expect(nameOf(unknown!)).toMatch(/^booking \S+ \(booking /);
});

test('a value is what it says, and blanks and other kinds say nothing', () => {
  expect([text('a'), text(' a '), text(' '), text(''), text(1), text(null)]).toEqual([
    'a',
    ' a ',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([0, 7, '7', ' 7 ', '0'].map(wholeNumber)).toEqual([0, 7, 7, 7, 0]);
  expect(
    [-1, 1.5, '1.5', '-1', '', ' ', 'x7', '7x', null, undefined, NaN, [7]]
      .map(wholeNumber)
      .every((n) => n === undefined),
  ).toBe(true);
  const values = JSON.parse('{"a": 1, "__proto__": 2}') as Record<string, number>;
  expect([under(values, 'a'), under(values, '__proto__'), under(values, 'constructor'), under(values, 'b')]).toEqual([
    1,
    2,
    undefined,
    undefined,
  ]);
  expect(under(undefined, 'a')).toBeUndefined();
});
