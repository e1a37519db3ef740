import { expect, test } from 'vitest';
import { survivorsOf, tally, tallyLine } from './mutation-report.mjs';

const place = (line: number, from: number, to: number) => ({
  start: { line, column: from },
  end: { line, column: to },
});

const FILES = {
  'harness/a.ts': {
    source: 'const a = 1;\nif (a > b) c();\n',
    mutants: [
      { mutatorName: 'EqualityOperator', status: 'Survived', replacement: 'a >= b', location: place(2, 5, 10) },
      { mutatorName: 'BlockStatement', status: 'Killed', replacement: '{}', location: place(2, 12, 15) },
      { mutatorName: 'BlockStatement', status: 'Timeout', replacement: '{}', location: place(2, 12, 15) },
      { mutatorName: 'X', status: 'NoCoverage', replacement: '', location: place(1, 1, 6) },
      { mutatorName: 'X', status: 'Ignored', replacement: '', location: place(1, 1, 6) },
      { mutatorName: 'X', status: 'CompileError', replacement: '', location: place(1, 1, 6) },
    ],
  },
};

test('what ran is counted, and what hangs the tests is killed', () => {
  expect(tallyLine(tally(FILES))).toBe('mutants 2/4 killed (50.0 %)');
  expect(tallyLine(tally({}))).toBe('mutants 0/0 killed (100.0 %)');
});

test('survivors are named by place, what it was and what it became', () => {
  expect(survivorsOf(FILES)).toEqual([
    'harness/a.ts:1:1  X: const  →   (no test reaches it)',
    'harness/a.ts:2:5  EqualityOperator: a > b  →  a >= b',
  ]);
});
