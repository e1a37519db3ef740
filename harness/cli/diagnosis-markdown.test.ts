import { expect, it } from 'vitest';
import { reportOf } from '../diagnose/report.ts';
import { PAYMENT, live, purchase } from '../diagnose/testing/live.ts';
import { toHistory } from '../diagnose/to-history.ts';
import { diagnosisMarkdown } from './diagnosis-markdown.ts';

const markdownOf = (payment: Parameters<typeof live>[0]): string =>
  diagnosisMarkdown(reportOf(toHistory(live(payment, {})), { brokers: 'kafka.example:9092' }), 'payment');

it('begins with the short of it, has each cause with its commands in a block, and the checks as tables', () => {
  const text = markdownOf({ purchases: [purchase] });
  expect(text.split('\n')[0]).toBe(`## payment ${PAYMENT}`);
  expect(text).toContain('\n### FL0103 event-not-emitted\n');
  expect(text).toMatch(/\n```\n# by hand: .*\n```\n/);
  expect(text).toMatch(
    /\nHow it was asked:\n\n```\n# 1 is the purchase-worker running\?\nkafka-consumer-groups.sh .*\n# 2 /,
  );
  expect(text).toContain('| ✗ | 3 is PURCHASE\\_CREATED of that student and course in its topic? | no |');
});

it('what a row says stays text', () => {
  const text = markdownOf({ purchases: [{ ...purchase, created_at: '<img src=x> @everyone\n# Title' }] });
  expect(text).not.toMatch(/<img|@everyone|^# Title/m);
});
