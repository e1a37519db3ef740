/** Purchases of payments: whose they are, and what was published about them. */
import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { bringsAbout } from './testing.ts';
import { isAbout, mayBeDeadLettered, owedAtEnd, payersOf, publishedAbout } from './owed.ts';

const purchasesAtEnd = (history: History) => owedAtEnd(history, bringsAbout('purchase'));

const AGAIN = { subjects: ['ada', 'again', 'ben'], shares: { again: 'ada' } };
const opened = (does: (b: Build) => void, options: BuildOptions = AGAIN) => {
  const b = build(options);
  does(b);
  b.ended();
  const history = b.history();
  return { history, purchases: purchasesAtEnd(history) };
};

test('two payments of one student and course have one purchase', () => {
  const { history, purchases } = opened((b) => void [b.purchase('ada'), b.purchase('ben')]);
  expect(purchases.map(({ subject }) => subject.name)).toEqual(['ada', 'ben']);
  expect(purchases.map((each) => payersOf(history, each).map(({ name }) => name))).toEqual([['ada', 'again'], ['ben']]);
  // One of the same student and another course, or the other way round, is another’s.
  const b = build(AGAIN);
  const [ada, ben] = [b.subject('ada'), b.subject('ben')];
  const value = { paymentId: idOf('p'), _metadata: { correlationId: idOf('p'), eventId: idOf('e') } };
  b.emit('PURCHASE_CONFIRMED', 'ada', {
    by: 'scenario',
    headers: {},
    key: null,
    value: { ...value, courseId: ben.courseId },
  });
  const more = { ...value, _metadata: { correlationId: idOf('q'), eventId: idOf('f') } };
  b.emit('PURCHASE_CONFIRMED', 'ben', {
    by: 'scenario',
    headers: {},
    key: null,
    value: { ...more, courseId: ada.courseId },
  });
  b.purchase('ada');
  const whole = b.history();
  expect(payersOf(whole, purchasesAtEnd(whole)[0]!).map(({ name }) => name)).toEqual(['ada', 'again']);
});

test('what was published about a purchase names its student and course, or one of its payments', () => {
  const about = (name: string, value: Readonly<Record<string, unknown>> = {}) => {
    const { history, purchases } = opened((b) => {
      b.purchase('ada');
      b.emit('PURCHASE_CREATED', name, { value });
    });
    return publishedAbout(history, purchases[0]!, 'PURCHASE_CREATED').length;
  };
  const { studentId, courseId } = build(AGAIN).subject('ben');
  expect([about('ada'), about('again'), about('ben')]).toEqual([1, 1, 0]);
  for (const value of [
    { studentId: undefined },
    { courseId: undefined },
    { studentId: undefined, courseId: undefined },
  ])
    expect([about('ada', value), about('again', value), about('ben', value)]).toEqual([1, 1, 0]);
  expect([about('ada', { studentId }), about('ada', { courseId })]).toEqual([0, 0]);
  const { history, purchases } = opened((b) => void [b.purchase('ada'), b.emit('COURSE_ACCESS_GRANTED', 'ada')]);
  expect(publishedAbout(history, purchases[0]!, 'PURCHASE_CREATED')).toEqual([]);
});

test('an event is about the purchase that it names, and one that names none says nothing else', () => {
  const named = (options: object) => {
    const { history, purchases } = opened((b) => void [b.purchase('ada'), b.emit('PURCHASE_CREATED', 'ada', options)]);
    return isAbout(history, history.pipelineEvents[0]!, bringsAbout('purchase'), purchases[0]!);
  };
  expect(named({})).toBe(true);
  expect(named({ value: { purchaseId: undefined } })).toBe(true);
  expect(named({ raw: 'no JSON' })).toBe(true);
  expect(named({ value: { purchaseId: idOf('another') } })).toBe(false);
});

test('it may rest in the dead-letter queue where one of its payments may', () => {
  const may = (name: string, mayDeadLetter: readonly string[]) => {
    const { history, purchases } = opened(
      (b) => void [b.purchase('ada'), b.deadLetter(b.emit('PURCHASE_CREATED', name, { by: 'x' }))],
      { ...AGAIN, mayDeadLetter },
    );
    return mayBeDeadLettered(history, purchases[0]!, 'PURCHASE_CREATED');
  };
  expect(may('again', ['again'])).toBe(true);
  expect(may('ada', ['ada'])).toBe(true);
  expect(may('ada', [])).toBe(false);
  expect(may('ben', ['ben'])).toBe(false);
});
