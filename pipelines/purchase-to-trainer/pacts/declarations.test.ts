import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../../harness/pipeline/pact-rules.ts';
import { AUTO_ASSIGN } from './auto-assign.ts';
import { MESSAGES } from './events.ts';
import { PROVIDER_STATES, states } from './states.ts';

/** Those that have a row from before, and therefore the parameter allocationId. */
const STATES_WITH_ROW: readonly string[] = [
  'the student has a trainer for the course already',
  'a pending allocation waits and a trainer is free',
  'a pending allocation waits and no trainer is free',
];

type Fields = Readonly<Record<string, unknown>>;

describe('the declared calls', () => {
  it('meet every provider state, with the row where the state has one', () => {
    const met = AUTO_ASSIGN.flatMap(({ state }) => (state === undefined ? [] : [state]));
    expect([...new Set(met.map(({ name }) => name))].toSorted()).toEqual(Object.keys(PROVIDER_STATES).toSorted());
    expect(Object.keys(states.setUps)).toEqual(Object.keys(PROVIDER_STATES));
    for (const { name, params } of met)
      expect([name, params.allocationId !== undefined]).toEqual([name, STATES_WITH_ROW.includes(name)]);
  });

  it('are answered 201, 202, 400 for every field, and 500', () => {
    expect(new Set(AUTO_ASSIGN.map(({ status }) => status))).toEqual(new Set([201, 202, 400, 500]));
    const refused = AUTO_ASSIGN.filter(({ status }) => status === 400).map(({ response }) => exampleOf(response));
    const fields = refused.flatMap((body) => (body as { errors: readonly { field: string }[] }).errors);
    expect(new Set(fields.map(({ field }) => field))).toEqual(
      new Set(['studentId', 'courseId', 'timeSlot', 'date', 'requestedBy', 'paymentMetadata']),
    );
  });

  it('pin the very row where there was one before', () => {
    const again = AUTO_ASSIGN.filter((each) => each.state?.params.allocationId !== undefined);
    expect(again).toHaveLength(3);
    for (const { state, response } of again)
      expect(response['data']).toMatchObject({
        id: state?.params.allocationId,
        studentId: state?.params.studentId,
        courseId: state?.params.courseId,
      });
  });

  it('share no student, so that each has rows of its own', () => {
    const students = [
      ...AUTO_ASSIGN.map(({ subject }) => subject.studentId),
      ...MESSAGES.map(({ content }) => exampleOf(content['studentId'])).filter((id) => id !== undefined),
    ];
    expect(new Set(students).size).toBe(students.length);
  });
});

it('the examples of the messages agree with themselves: key, headers and _metadata', () => {
  for (const { content, metadata, description } of MESSAGES) {
    const value = exampleOf(content) as Fields;
    const told = exampleOf(metadata) as Fields;
    const ids = (value['_metadata'] ?? value) as Fields;
    if (told['key'] !== undefined) expect([description, told['key']]).toEqual([description, ids['correlationId']]);
    for (const name of ['eventId', 'correlationId'])
      expect([description, told[`header.${name}`]]).toEqual([description, ids[name]]);
  }
});
