/** Changes to admin-service's answers: what an owner of the API might do, and whether the workers would notice. */
import type { TapAnswer } from '../../harness/pact/provider/tap.ts';
import type { Kind } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

export type AnswerMutant = Kind & {
  readonly name: string;
  /** Only answers with these statuses are changed, and verified. */
  readonly statuses: readonly number[];
  /** The answer as it goes out. */
  readonly change: (answer: TapAnswer) => TapAnswer;
};

type Change = AnswerMutant['change'];

const fieldsIn = (value: unknown): Fields => value as Fields;

const body =
  (change: (body: Fields) => unknown): Change =>
  (answer) => ({ ...answer, body: JSON.stringify(change(fieldsIn(JSON.parse(answer.body)))) });

const data = (change: (data: Fields) => unknown): Change =>
  body((all) => ({ ...all, data: change(fieldsIn(all['data'])) }));

const status =
  (to: number): Change =>
  (answer) => ({ ...answer, status: to });

const header =
  (name: string, value: string): Change =>
  (answer) => ({ ...answer, headers: { ...answer.headers, [name]: value } });

const without = (fields: Fields, name: string): Fields => {
  const { [name]: _, ...rest } = fields;
  return rest;
};

const renamed = (fields: Fields, from: string, to: string): Fields => ({
  ...without(fields, from),
  [to]: fields[from],
});

const reversed = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).toReversed());

const inMs = (time: unknown): number => Date.parse(String(time));

const later = (time: unknown): string => new Date(inMs(time) + 86_400_000).toISOString().replace('Z', '+00:00');

const ASSIGNED = [201];
const WAITING = [202];
const ALLOCATIONS = [201, 202];
const INVALID = [400];
const ALL = [201, 202, 400, 500];

/** Any UUID that nobody else uses. */
const OTHER_ID = '0b5e0b5e-0000-4000-8000-000000000077';

const breaking = (name: string, namedBy: string, statuses: readonly number[], change: Change): AnswerMutant => ({
  kind: 'breaking',
  name,
  namedBy,
  statuses,
  change,
});
const harmless = (name: string, statuses: readonly number[], change: Change): AnswerMutant => ({
  kind: 'harmless',
  name,
  statuses,
  change,
});

export const ANSWER_MUTANTS: readonly AnswerMutant[] = [
  breaking(
    'the id is called allocationId',
    '$.data.id',
    ALLOCATIONS,
    data((d) => renamed(d, 'id', 'allocationId')),
  ),
  breaking(
    'snake case',
    '$.data.studentId',
    ALLOCATIONS,
    data((d) => renamed(d, 'studentId', 'student_id')),
  ),
  breaking(
    'the trainer is left out',
    '$.data.trainerId',
    ASSIGNED,
    data((d) => without(d, 'trainerId')),
  ),
  breaking(
    'no trainer where one was promised',
    '$.data.trainerId',
    ASSIGNED,
    data((d) => ({ ...d, trainerId: null })),
  ),
  breaking(
    'a trainer while the request waits',
    '$.data.trainerId',
    WAITING,
    data((d) => ({ ...d, trainerId: OTHER_ID })),
  ),
  breaking(
    'the id is a number',
    '$.data.id',
    ALLOCATIONS,
    data((d) => ({ ...d, id: 42 })),
  ),
  breaking(
    'the id is no UUID',
    '$.data.id',
    ALLOCATIONS,
    data((d) => ({ ...d, id: 'allocation-42' })),
  ),
  breaking(
    'the second call gives another id',
    '$.data.id',
    ASSIGNED,
    data((d) => ({ ...d, id: OTHER_ID })),
  ),
  breaking(
    'the allocation of another student',
    '$.data.studentId',
    ALLOCATIONS,
    data((d) => ({ ...d, studentId: OTHER_ID })),
  ),
  breaking(
    'the allocation of another course',
    '$.data.courseId',
    ALLOCATIONS,
    data((d) => ({ ...d, courseId: OTHER_ID })),
  ),
  breaking(
    'times as numbers',
    '$.data.createdAt',
    ALLOCATIONS,
    data((d) => ({ ...d, createdAt: inMs(d['createdAt']) })),
  ),
  breaking(
    'a status nobody knows',
    '$.data.status',
    ASSIGNED,
    data((d) => ({ ...d, status: 'ASSIGNED' })),
  ),
  breaking(
    'metadata as text',
    '$.data.metadata',
    ALLOCATIONS,
    data((d) => ({ ...d, metadata: '{}' })),
  ),
  breaking('201 becomes 200', 'status', [201], status(200)),
  breaking('202 is answered as 201', 'status', [202], status(201)),
  breaking('400 becomes 422', 'status', [400], status(422)),
  breaking('500 is answered as 200', 'status', [500], status(200)),
  breaking(
    'the wrapper is dropped',
    '$.data',
    ALLOCATIONS,
    body((all) => all['data']),
  ),
  breaking(
    'the success flag is false',
    '$.success',
    ALLOCATIONS,
    body((all) => ({ ...all, success: false })),
  ),
  breaking(
    'an error says success',
    '$.success',
    INVALID,
    body((all) => ({ ...all, success: true })),
  ),
  breaking(
    'the error has another shape',
    '$.message',
    INVALID,
    body((all) => ({ success: false, error: all['message'] })),
  ),
  breaking(
    'the list of errors is missing',
    '$.errors',
    INVALID,
    body((all) => without(all, 'errors')),
  ),
  breaking(
    'the list of errors is empty',
    '$.errors',
    INVALID,
    body((all) => ({ ...all, errors: [] })),
  ),
  breaking(
    'errors as an object',
    '$.errors',
    INVALID,
    body((all) => ({ ...all, errors: { studentId: 'missing' } })),
  ),
  breaking('the answer is HTML', 'header.content-type', ALL, header('content-type', 'text/html')),

  harmless(
    'further fields',
    ALL,
    body((all) => ({ ...all, requestId: OTHER_ID, links: { self: '/x' } })),
  ),
  harmless(
    'further fields in the allocation',
    ALLOCATIONS,
    data((d) => ({ ...d, trainerName: 'Grace', slots: [1] })),
  ),
  harmless(
    'fields in another order',
    ALLOCATIONS,
    body((all) => reversed({ ...all, data: reversed(fieldsIn(all['data'])) })),
  ),
  harmless(
    'longer texts',
    ALL,
    body((all) => ({ ...all, message: `${String(all['message'])}. `.repeat(50) })),
  ),
  harmless(
    'another trainer',
    ASSIGNED,
    data((d) => ({ ...d, trainerId: OTHER_ID })),
  ),
  harmless(
    'other times, with an offset',
    ALLOCATIONS,
    data((d) => ({ ...d, createdAt: later(d['createdAt']) })),
  ),
  harmless(
    'no notes',
    ALLOCATIONS,
    data((d) => ({ ...d, notes: null })),
  ),
  harmless(
    'active instead of approved',
    ASSIGNED,
    data((d) => ({ ...d, status: 'active' })),
  ),
  harmless('a further header', ALL, header('x-request-id', OTHER_ID)),
  harmless('a charset', ALL, header('content-type', 'application/json; charset=utf-8')),
];
