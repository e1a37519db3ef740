import { expect, it } from 'vitest';
import { reportOf } from '../diagnose/report.ts';
import { PAYMENT, live, purchase } from '../diagnose/testing/live.ts';
import { toHistory } from '../diagnose/to-history.ts';
import { diagnosisText } from './diagnosis-text.ts';

const textOf = (payment: Parameters<typeof live>[0], width = 200): string =>
  diagnosisText(reportOf(toHistory(live(payment, {})), { brokers: 'kafka.example:9092' }), 'payment', false, width);

it('is sections, one line a check, what is wrong with what repairs it, and the short of it last', () => {
  const lines = textOf({ purchases: [purchase] }).split('\n');
  expect(lines[0]).toBe(`payment ${PAYMENT}`);
  expect(lines).toContain('  ✗ 3 is PURCHASE_CREATED of that student and course in its topic? no');
  expect(lines).toContain('  ? 5 did admin-service get the call? not known');
  expect(lines.findIndex((line) => line.startsWith('✗ FL0103 event-not-emitted: '))).toBeGreaterThan(
    lines.indexOf('allocation-worker'),
  );
  expect(lines.filter((line) => line.startsWith('    $ '))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('    # by hand: '))).toHaveLength(1);
  // What asks is not taken for what repairs.
  expect(lines.filter((line) => line.startsWith('      asked: '))).toHaveLength(11);
  expect(lines.at(-3)).toMatch(/^FL0103 event-not-emitted: /);
});

it('a command is not wrapped, however narrow the terminal is, and nobody’s text begins a line', () => {
  const text = textOf({ purchases: [{ ...purchase, created_at: 'x\n✓ all is well\u001b[2J' }] }, 60);
  const commands = text.split('\n').filter((line) => line.startsWith('    $ '));
  expect(commands[0]).toMatch(/^ {4}\$ kafka-consumer-groups.sh .* --group /);
  expect(text).not.toMatch(/^✓ all is well/m);
  expect(text).not.toContain('\u001b');
});
