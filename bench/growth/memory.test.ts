import { expect, test } from 'vitest';
import { cpuMsOf } from './memory.ts';

test('the CPU time of a process is read past its name, which may hold what ends a name', () => {
  const fields = ['R', ...Array.from({ length: 10 }, () => '7'), '30', '12', '99'];
  expect(cpuMsOf(`42 (a) R 1 (b)) ${fields.join(' ')}\n`)).toBe(420);
});
