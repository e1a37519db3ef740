import { expect, it } from 'vitest';
import type { AllReport } from '../diagnose/all/report-all.ts';
import { allMarkdown, allText } from './all-text.ts';

const report: AllReport = {
  outcome: 'cause-found',
  inShort: 'FL0103 event-not-emitted: 2 of the payments that were looked into',
  rows: 12,
  records: 1,
  causes: [
    {
      code: 'FL0103',
      id: 'event-not-emitted',
      count: 2,
      possible: 1,
      next: 'Let the event be told.',
      examples: [{ payment: '1fa90c93', message: 'a row\n✓ all is well\u001b[2J <img> @everyone' }],
    },
  ],
  untold: [{ kind: 'allocation without TRAINER_ALLOCATED', count: 7, examples: ['s c'] }],
  open: [{ why: 'in work', count: 1, examples: ['x'] }],
  notLookedInto: [{ count: 3, why: 'more than the 2000 that were looked into' }],
  unread: ['Kafka cannot be reached'],
};

it('what is wrong first, then what was seen, then what is not known; the short of it last', () => {
  const lines = allText(report, 'payment', false, 200).split('\n');
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([
    'every payment: 12 rows and 1 record were looked through',
    '✗ FL0103 event-not-emitted: 2 payments',
    '· allocation without TRAINER_ALLOCATED: 7, and no accusation: who does it by hand tells nobody',
    '? 1 payment: in work',
    '? 3 not looked into: more than the 2000 that were looked into',
    '? not looked through: Kafka cannot be reached',
    'FL0103 event-not-emitted: 2 of the payments that were looked into',
    'One of them, with what shows it and the commands that repair it: faultline diagnose --payment ID',
  ]);
  expect(lines).toContain('    of 1 only possible: what was asked does not decide it');
  expect(lines.join('\n')).not.toContain('\u001b');
});

it('as Markdown what a row says stays text', () => {
  const text = allMarkdown(report, 'payment');
  expect(text).toContain('\n- ✗ FL0103 event-not-emitted: 2 payments\n');
  expect(text).not.toMatch(/<img|@everyone|^✓ all/m);
});
