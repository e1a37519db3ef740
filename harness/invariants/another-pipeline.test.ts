/** Rules that are written over stages and rows, with a stage that the shipped pipeline does not have. */
import { expect, test } from 'vitest';
import { effectsHadBy } from '../history/effects.ts';
import { hasDecided } from '../history/progress.ts';
import { isTaken } from '../history/taken.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { SESSION_STEPS, SESSION_WORKER, historyWithSessions, withSessions } from '../history/testing/sessions.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { INVARIANT_IDS } from '../history/verdict.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { invariantsOf } from './catalogue.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { groupsDrain } from './groups-drain.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import { noEventLost } from './no-event-lost.ts';
import { judge } from './testing.ts';

/** Steps of the session-worker, after what may be otherwise before them. */
const history = (...told: readonly (keyof typeof SESSION_STEPS | FlowOptions)[]): History => {
  const b = flow(
    build(),
    told.find((each) => typeof each === 'object'),
  );
  for (const step of told) if (typeof step === 'string') SESSION_STEPS[step](b);
  b.barrier();
  b.settled();
  return historyWithSessions(b);
};

const right = history('sessions', 'mark', 'passed');

test('the declaration is right', () => expect(declarationProblems(withSessions)).toEqual([]));

test.each([markFollowsEffect, noEventLost, eventGetsMarked, groupsDrain])(
  '$id holds for the third stage',
  (invariant) => {
    expect(judge(invariant, right)).toBe('holds');
  },
);

test('what the third stage does wrong is found, and named as its own', () => {
  expect(judge(markFollowsEffect, history('mark', 'sessions', 'passed'))).toMatch(
    /^violated: TRAINER_ALLOCATED of ada .* marked processed by a worker while no session of/,
  );
  expect(judge(noEventLost, history('mark', 'passed'))).toMatch(
    /^violated: session-scheduling-workers committed past trainer-allocated-.* has had no effect/,
  );
  expect(judge(eventGetsMarked, history('sessions', 'passed'))).toMatch(
    /^violated: TRAINER_ALLOCATED at .* never marked/,
  );
});

test('its rules are made from the declaration, each in its place', () => {
  const made = invariantsOf(right.pipeline).map(({ id }) => id);
  const further = ['session-has-allocation', 'allocation-gets-session', 'session-is-announced'];
  expect(made.filter((id) => !further.includes(id))).toEqual(INVARIANT_IDS);
  expect(made.indexOf('session-has-allocation')).toBe(made.indexOf('allocation-has-purchase') - 1);
  expect(made.indexOf('allocation-gets-session')).toBe(made.indexOf('purchase-gets-allocation') + 1);
  expect(made.indexOf('session-is-announced')).toBe(made.indexOf('allocation-is-announced') + 1);
});

const judgeById = (id: string, told: History): string =>
  judge(
    invariantsOf(told.pipeline).find((invariant) => invariant.id === id)!,
    told,
  );

test('rows of the third stage are held to what they are declared to be', () => {
  expect(judgeById('session-has-allocation', right)).toBe('holds');
  expect(judgeById('session-has-allocation', history({ without: ['allocation'] }, 'sessions'))).toMatch(
    /^violated: session s-1 of ada .* was committed without an allocation of that student and course/,
  );
  expect(judgeById('allocation-gets-session', right)).toBe('holds');
  expect(judgeById('allocation-gets-session', history())).toMatch(
    /^violated: allocation .* of ada .* is there and there is no session/,
  );
  // Nobody waits for sessions of what a person is still to decide on.
  const pending = { allocation: (b: Build) => void b.allocation('ada', { status: 'pending' }) };
  expect(judgeById('allocation-gets-session', history({ instead: pending, without: ['announced'] }))).toBe('holds');
  expect(judgeById('session-is-announced', history('sessions', 'announced'))).toBe('holds');
  expect(judgeById('session-is-announced', right)).toMatch(
    /^violated: session s-1 of ada .* was made and SESSIONS_GENERATED was never published for it/,
  );
});

test('its effect, what shows that it has the event, and that it has decided', () => {
  const ada = right.subjects[0]!;
  expect(effectsHadBy(right, SESSION_WORKER.role, ada)).toHaveLength(1);
  expect([isTaken(right, ada, SESSION_WORKER.role), hasDecided(right, ada, SESSION_WORKER.role)]).toEqual([true, true]);
  const idle = history();
  expect([isTaken(idle, ada, SESSION_WORKER.role), hasDecided(idle, ada, SESSION_WORKER.role)]).toEqual([false, false]);
});

test('the same history by the shipped declaration knows of no third stage, and accuses nobody of it', () => {
  const [first, ...others] = history('passed').events;
  if (first?.kind !== 'trial.started') throw new Error('no beginning');
  const two = openHistory([{ ...first, pipeline: shippedPipeline, workers: first.workers.slice(0, 2) }, ...others]);
  expect(judge(noEventLost, two)).toBe('holds');
});
