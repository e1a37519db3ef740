import { expect, it } from 'vitest';
import { asSent } from './as-sent.ts';
import { AUTO_ASSIGN, OPTIONAL_FIELDS } from '../../../pipelines/purchase-to-trainer/pacts/auto-assign.ts';
import type { CallDeclaration } from '../../pipeline/pacts.ts';

const REQUIRED = { studentId: 's', courseId: 'c', timeSlot: '4:00 PM', date: '2026-12-01' };

const optionalOf = ({ request }: CallDeclaration): readonly string[] =>
  OPTIONAL_FIELDS.filter((name) => Object.hasOwn(request, name));

it('changes nothing for a worker that sends every field', () => {
  const every = { ...REQUIRED, requestedBy: 'r', paymentMetadata: {} };
  expect(asSent(AUTO_ASSIGN, OPTIONAL_FIELDS, every)).toEqual(AUTO_ASSIGN);
});

it.each([[[]], [['requestedBy']], [['paymentMetadata']]])(
  'gives a worker that sends only %j of the optional fields just the requests that it sends',
  (sent) => {
    const declarations = asSent(AUTO_ASSIGN, OPTIONAL_FIELDS, {
      ...REQUIRED,
      ...Object.fromEntries(sent.map((name) => [name, {}])),
    });
    expect(declarations.map(({ description }) => description)).toEqual(
      AUTO_ASSIGN.map(({ description }) => description),
    );
    const byWorker = declarations.filter(({ exercisedBy }) => exercisedBy === 'worker');
    // One about the optional fields, and every other answer there is.
    expect(byWorker).toHaveLength(6);
    for (const declaration of byWorker) expect(optionalOf(declaration)).toEqual(sent);
    // All the combinations stay pinned, by the plain client.
    expect(declarations.filter(({ aboutOptional }) => aboutOptional).map(({ request }) => request)).toEqual(
      AUTO_ASSIGN.filter(({ aboutOptional }) => aboutOptional).map(({ request }) => request),
    );
  },
);

it('leaves requests that no worker sends to the plain client, whole', () => {
  const refused = ({ status }: CallDeclaration): boolean => status === 400;
  expect(asSent(AUTO_ASSIGN, OPTIONAL_FIELDS, REQUIRED).filter(refused)).toEqual(AUTO_ASSIGN.filter(refused));
});
