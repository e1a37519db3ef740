import { expect, test } from 'vitest';
import type { AllReport } from '../../harness/diagnose/all/report-all.ts';
import { wrongIn } from './found.ts';

const SIZES = { payments: 100, marked: 3, untold: 2 };

const idOf = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000001`;

const cause = (
  code: string,
  count: number,
  numbers: readonly number[],
  possible = count,
): AllReport['causes'][number] => ({
  ...{ code, id: code, count, possible, next: '' },
  examples: numbers.map((n) => ({ payment: idOf(n), message: '' })),
});

const report = (over: Partial<AllReport> = {}): AllReport => ({
  outcome: 'cause-found',
  inShort: '',
  rows: 1,
  records: 1,
  causes: [cause('FL0104', 3, [95, 96, 97]), cause('FL0103', 2, [98, 99], 0), cause('FL0106', 3, [95])],
  ...{ untold: [], open: [], notLookedInto: [], unread: [] },
  ...over,
});

const wrong = (over: Partial<AllReport>, code: number | undefined = 1) => wrongIn(report(over), code, SIZES);

test('what is lacking is found, by whom it is lacking', () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({}, 0)).toEqual(['exit code 0']);
  expect(wrong({ causes: [] })).toEqual(['FL0103 is said of none', 'FL0104 is said of none']);
  const swapped = [cause('FL0104', 3, [94, 96]), cause('FL0103', 2, [97], 0)];
  expect(wrong({ causes: swapped })).toHaveLength(2);
  expect(wrong({ causes: [...report().causes, cause('FL0105', 2, [3])] })).toHaveLength(1);
  expect(wrong({ causes: [...report().causes, cause('FL0105', 1, [95], 0)] })).toHaveLength(1);
  expect(wrong({ causes: [cause('FL0104', 4, [95]), cause('FL0103', 2, [98])] })).toHaveLength(1);
});

test('what was not looked at is not as it must be', () => {
  const one = { why: 'x', count: 1, examples: [] };
  expect(wrong({ open: [one] })).toHaveLength(1);
  expect(wrong({ notLookedInto: [one] })).toHaveLength(1);
  expect(wrong({ unread: ['x'] })).toHaveLength(1);
  expect(wrong({ outcome: 'not-known' })).toHaveLength(1);
});

test('what is seen and accuses nobody is seen of those that nobody told of', () => {
  const seen = (count: number, n: number) => wrong({ untold: [{ kind: 'x', count, examples: [idOf(n)] }] });
  expect(seen(2, 98)).toEqual([]);
  expect(seen(1, 98)).toHaveLength(1);
  expect(seen(2, 3)).toHaveLength(1);
});
