import { expect, it } from 'vitest';
import { askedAgain } from './capture-hint.ts';
import { parseSince } from './values.ts';

const NOTHING = { save: undefined, calls: [], workers: [], sinceMs: undefined, brokers: undefined };

it.each([
  [NOTHING, '--payment X'],
  [{ ...NOTHING, save: 'incident 7', brokers: 'kafka:9092' }, '--from incident 7'],
  [
    {
      save: undefined,
      calls: ['admin-service=docker:admin', 'other=calls.log'],
      workers: ['allocation-worker=kubectl:app=allocation'],
      sinceMs: parseSince('7d'),
      brokers: 'one:9092,two:9092',
    },
    '--payment X --calls admin-service=docker:admin --calls other=calls.log --workers allocation-worker=kubectl:app=allocation --since 7d --brokers one:9092,two:9092',
  ],
  [{ ...NOTHING, sinceMs: parseSince('90m') }, '--payment X --since 90m'],
])('%j is captured with %s', (options, wanted) => expect(askedAgain(options, 'X').join(' ')).toBe(wanted));
