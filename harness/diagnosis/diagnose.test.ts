import { expect, test } from 'vitest';
import { CAUSE_IDS } from '../history/verdict.ts';
import { build } from '../history/testing/build.ts';
import { STEP_NAMES, flow } from '../history/testing/flow.ts';
import { CAUSES } from './catalogue.ts';
import { diagnose } from './diagnose.ts';
import { causesOf, gone, inShort } from './testing.ts';

test('every cause has its rule', () => expect(CAUSES.map(({ id }) => id).sort()).toEqual([...CAUSE_IDS].sort()));

test('a healthy course has no cause, wherever it is cut', () => {
  for (const until of STEP_NAMES) expect([until, inShort(causesOf({ until }))]).toEqual([until, '']);
  expect(inShort(causesOf({}))).toBe('');
});

test('all checks are answered, in the report’s order', () => {
  const [cause] = causesOf({ without: ['allocation'] });
  expect(cause?.checks.map(({ answer }) => answer)).toEqual([
    'its process runs, 1 member in its group',
    'yes',
    'PURCHASE_CREATED at purchase-created-0@0',
    'yes, by a worker; its effect is missing',
    '1 call',
    'answered 201; no allocation',
  ]);
});

test('what strikes several payments is listed once, ranked by the one that needs it most', () => {
  const b = build({ subjects: ['ada', 'ben', 'cem'] });
  flow(b, {}, 'cem');
  flow(b, { until: 'request' }, 'ada');
  flow(b, { until: 'request' }, 'ben');
  b.observed(() => gone()(b));
  const causes = diagnose(b.history());
  expect(inShort(causes)).toBe('worker-not-running');
  expect(causes[0]?.subject).toBeUndefined();
  expect(causes[0]?.message).toContain('(and the same for 1 more)');
});

test('different payments may have different causes', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'created', without: ['confirmed'] }, 'ada');
  flow(b, { without: ['allocation', 'markCreated', 'announced', 'passCreated'] }, 'ben');
  b.observed();
  const causes = diagnose(b.history());
  expect(causes.map(({ id, rank, subject }) => [id, rank, subject])).toEqual([
    ['event-not-emitted', 1, 'ada'],
    ['api-failing', 2, 'ben'],
  ]);
});

test('a subject of which nothing happened yet has no cause', () => {
  const b = build();
  b.observed(() => gone()(b));
  expect(diagnose(b.history())).toEqual([]);
});
