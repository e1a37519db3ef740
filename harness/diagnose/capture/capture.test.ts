import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { scenarioProblems } from '../../scenario/validate.ts';
import {
  COURSE,
  PAYMENT,
  PURCHASE_GROUP,
  STUDENT,
  allocation,
  call,
  confirmed,
  confirmedLetter,
  guard,
  live,
} from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { chooseCause } from './choose.ts';
import { fileText } from './file-text.ts';
import { situationOf } from './situation.ts';
import { CASES, bothRun, passed, shortOf, ownMark, stood, waiting } from './testing/cases.ts';
import { canCome } from './testing/can-come.ts';
import { captured } from './testing/captured.ts';

const pipeline = pipelineOf(shippedPipeline);

describe('what a scenario is made of', () => {
  it.each(CASES)('%s', async (_, snapshot, cause, expected) => {
    const found = captured(snapshot, cause);
    expect(shortOf(found.scenario)).toEqual(expected);
    expect(scenarioProblems(found.scenario, pipeline)).toEqual([]);
    expect(canCome(found.scenario, pipeline)).toBe(true);
    for (const isShipped of [true, false]) {
      const text = fileText(found, pipeline.subject.called, isShipped);
      expect(await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true })).toBe(text);
      for (const id of [PAYMENT, STUDENT, COURSE, PAYMENT.slice(0, 8)]) expect(text).not.toContain(id);
    }
  });

  it('nothing is wrong: there is nothing to bring about', () =>
    expect(
      chooseCause(situationOf(toHistory(live({ ...passed, allocations: [allocation] }, stood))), undefined),
    ).toBeUndefined());

  it('no row is made up where there was none', () => {
    const given = live(
      { records: [confirmed(), confirmedLetter()], at: { [PURCHASE_GROUP]: 5 }, members: bothRun },
      stood,
    );
    expect(() => captured(given)).toThrow('there is no row of student_course_purchases');
  });

  it('a call is made up neither where the log shows that there was none, nor a mark that stopped nobody', () => {
    const never = live({ ...passed, guards: [ownMark], log: { requests: 1 } }, stood);
    expect(() => captured(never, 'FL0104')).toThrow('no call of admin-service was found');
    const called = live({ ...passed, guards: [guard('PURCHASE_CREATED')], log: { own: [call(500)] } }, stood);
    expect(() => captured(called, 'FL0104')).toThrow('did not stop it');
  });

  it('a cause that was not found is said, with those that were', () =>
    expect(() => captured(live(waiting, stood), 'FL0102')).toThrow('--cause FL0102: that cause was not found'));

  it('is named by its cause, and by nothing that leads to the payment', () =>
    expect(captured(live(waiting, stood)).scenario.name).toBe('captured-worker-not-running-2e87e3f1'));
});
