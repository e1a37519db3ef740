import { expect, test } from 'vitest';
import { changedColumns, missingColumns } from './columns.ts';
import type { Column } from './columns.ts';

const column = (name: string, type = 'uuid'): Column => {
  const [table = '', own = ''] = name.split('.');
  return { table, column: own, type };
};

test('a needed column that is not there is named; one that nobody asks for is not', () => {
  const there = ['id', 'student_id', 'amount_cents', 'provider', 'status', 'metadata', 'more'];
  expect(
    missingColumns(
      ['payments'],
      there.map((name) => column(`payments.${name}`)),
    ),
  ).toEqual(['payments.confirmed_at']);
});

test('what has become of the columns is told, of a table that is gone once', () => {
  const before = ['a.id', 'a.b', 'gone.id', 'gone.b'].map((name) => column(name));
  expect(changedColumns(before, before)).toEqual([]);
  expect(changedColumns(before, [column('a.id', 'text'), column('a.c')])).toEqual([
    'the table gone is gone',
    'the column a.id is text and was uuid',
    'the column a.b is gone',
    'the column a.c was added',
  ]);
});
