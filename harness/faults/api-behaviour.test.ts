import { expect, test } from 'vitest';
import { apiBehaviour } from './api-behaviour.ts';
import { createContextDouble } from './testing/context.ts';

test('it fires with the first call that meets it; healed, the API tells the truth', async () => {
  const double = createContextDouble();
  const spec = { kind: 'api-behaviour', behaviour: 'fails', subject: 'ada', status: 503 } as const;
  const active = await apiBehaviour.inject(spec, double.context);
  expect(double.news()).toEqual(['behave to ada: {"behaviour":"fails","status":503}']);
  double.call(7);
  expect(double.news()).toEqual(["fired: call 7 met 'fails'"]);
  await active.heal();
  expect(double.news()).toEqual(['behave to ada again']);
});

test.each([
  ['fails', undefined, []],
  ['hangs', undefined, []],
  ['hangs', { always: true }, ['stop waiting', 'behave to ada again']],
] as const)(
  'for so many calls, %s until %j is healed by %j: it ends by its count, unless a call is held until something has happened',
  async (behaviour, until, healed) => {
    const { context, news } = createContextDouble();
    const spec = { kind: 'api-behaviour', behaviour, subject: 'ada', times: 3 } as const;
    const active = await apiBehaviour.inject(until === undefined ? spec : { ...spec, until }, context);
    news();
    await active.heal();
    expect(news()).toEqual(healed);
  },
);

test('what is not given is left to the behaviour', async () => {
  const { context, said } = createContextDouble();
  await apiBehaviour.inject({ kind: 'api-behaviour', behaviour: 'slow', subject: 'ada', delayMs: 5 }, context);
  await apiBehaviour.inject({ kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada' }, context);
  expect(said).toEqual(['behave to ada: {"behaviour":"slow","delayMs":5}', 'behave to ada: {"behaviour":"hangs"}']);
});

test('held open until a condition holds: then, or when it is healed, the call is let go', async () => {
  const spec = {
    kind: 'api-behaviour',
    behaviour: 'slow',
    subject: 'ada',
    times: 1,
    until: { exited: { worker: 'allocation-worker', by: 'anyone' } },
  } as const;
  for (const ends of ['comes true', 'healed'] as const) {
    const double = createContextDouble();
    let until: Promise<unknown> | undefined;
    const { api } = double.context;
    const active = await apiBehaviour.inject(spec, {
      ...double.context,
      api: {
        behave: (subject, settings, onFired) => {
          ({ until } = settings);
          return api.behave(subject, settings, onFired);
        },
      },
    });
    expect(double.waitedFor()).toEqual(spec.until);
    if (ends === 'comes true') double.comesTrue();
    else await active.heal();
    expect(await until).toBeUndefined();
  }
});
