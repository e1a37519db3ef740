import { expect, test } from 'vitest';
import { differencesOf } from './compare.ts';
import type { TapAnswer } from './tap.ts';

const answer = (body: unknown, status = 201, type = 'application/json'): TapAnswer => ({
  status,
  headers: { 'content-type': type },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const between = (first: unknown, second: unknown): readonly string[] =>
  differencesOf(answer(first), answer(second)).map((each) => `${each.path}: ${each.first} / ${each.second}`);

test('ids and times are compared by what they are', () => {
  const of = (id: string, at: unknown, ms: number) => ({ data: { id, at, ms } });
  const [ada, bob] = ['7859f5c7-3946-42d9-8a13-076ee7613e86', '5a409652-3015-4952-a13f-6972e4e25fdf'];
  const first = of(ada, '2026-11-23T15:31:19.293Z', 1795418356700);
  expect(between(first, of(bob, '2026-11-24T00:00:00Z', 1795418356999))).toEqual([]);
  expect(between(first, of('7', 1795418356700, 5))).toEqual([
    '$.data.id: a UUID / "7"',
    '$.data.at: a timestamp / a time in ms',
    '$.data.ms: a time in ms / 5',
  ]);
});

test('other values by value, missing and further fields, lists by place', () => {
  expect(between({ a: 1, b: null, list: [{ x: 1 }, 2] }, { a: '1', c: true, list: [{ x: 2 }] })).toEqual([
    '$.a: 1 / "1"',
    '$.b: null / absent',
    '$.list[0].x: 1 / 2',
    '$.list[1]: 2 / absent',
    '$.c: absent / true',
  ]);
});

test('texts that differ only after what is shown still differ', () => {
  const long = 'x'.repeat(200);
  expect(between({ a: `${long}1` }, { a: `${long}2` })).toHaveLength(1);
});

test('status, media type without its parameters, and bodies that are no JSON', () => {
  expect(differencesOf(answer({}, 201), answer({}, 202))).toEqual([{ path: 'status', first: '201', second: '202' }]);
  expect(differencesOf(answer({}), answer({}, 201, 'Application/JSON; charset=utf-8'))).toEqual([]);
  expect(differencesOf(answer('oops'), answer('oops', 201, 'text/plain')).map(({ path }) => path)).toEqual([
    'header.content-type',
  ]);
  expect(between('', {})).toEqual(['$: absent / {}']);
});
