/** What the scenario itself made unfit, so that a worker that passes it on sends a body the contract does not know. */
import type { Mismatch } from '../contract/match.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { mayPlay } from './judging.ts';
import { ownersOf, paymentOfCall } from '../history/subjects.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inSchedule = ({ schedule }: Fields, name: string): unknown => (isFields(schedule) ? schedule[name] : undefined);

/** What the booking says of it under any of its names. A booking may lack it, and the worker has to know what to ask for then. */
const booked = ({ metadata }: Fields, ...names: readonly string[]): readonly unknown[] =>
  isFields(metadata)
    ? names.flatMap((name) => [metadata[name], inSchedule(metadata, name)]).filter((value) => value !== undefined)
    : [undefined];

/** The fields of the event that a worker passes on in this field of the request's body. */
const PASSED_ON = new Map<string, (event: Fields) => readonly unknown[]>([
  ['studentId', ({ studentId }) => [studentId]],
  ['courseId', ({ courseId }) => [courseId]],
  ['requestedBy', ({ userId, studentId }) => [userId, studentId]],
  ['timeSlot', (event) => booked(event, 'timeSlot', 'preferredTimeSlot')],
  ['date', (event) => booked(event, 'date', 'startDate')],
  ['paymentMetadata', ({ metadata }) => [metadata]],
]);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** `$.paymentMetadata.schedule` is in `paymentMetadata`. */
const fieldOf = (path: string): string => /^\$\.([A-Za-z]+)/.exec(path)?.[1] ?? '';

const isPassedOn = (call: Call, event: PipelineEvent, { part, path }: Mismatch): boolean => {
  const field = part === 'body' ? fieldOf(path) : '';
  const source = PASSED_ON.get(field);
  if (source === undefined) return false;
  const sent = isFields(call.request.json) ? call.request.json[field] : undefined;
  return source(event.body ?? {}).some((value) => isSame(value, sent));
};

const mayBeOne = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || sameId(a, b);

/**
 * Events of this type that the caller may have called for: its own payment's, or, of a call that names no payment, any that
 * fits its ids.
 */
const eventsBehind = (history: History, call: Call, type: string): readonly PipelineEvent[] => {
  const payment = paymentOfCall(history, call);
  return history.pipelineEvents.filter(
    (event) =>
      event.type === type &&
      (payment === undefined || ownersOf(history, event).includes(payment)) &&
      mayBeOne(call.studentId, event.studentId) &&
      mayBeOne(call.courseId, event.courseId),
  );
};

/** The parts that call for what they consume, and that the caller may play; what another worker reads is no excuse of its calls. */
const partsOf = (history: History, { request, service }: Call): readonly string[] =>
  history.pipeline.roles.filter(
    (role) =>
      service !== undefined && history.pipeline.stage(role).calls === service && mayPlay(history, request.worker, role),
  );

/** What the event came of, nearest first, the event itself among them: that which the stages consume that announce it. */
const typesBehind = ({ pipeline }: History, type: string): ReadonlySet<string> => {
  const types = new Set([type]);
  for (const each of types) for (const role of pipeline.announcersOf(each)) types.add(pipeline.stage(role).consumes);
  return types;
};

/**
 * The scenario's event whose own values are what does not fit in the request: the one that was called for, or the payment's,
 * whose values the one that was called for repeats. Undefined: a worker made it so.
 */
export const unfitEventBehind = (
  history: History,
  call: Call,
  wrong: readonly Mismatch[],
): PipelineEvent | undefined => {
  const saysSo = (event: PipelineEvent): boolean => wrong.every((mismatch) => isPassedOn(call, event, mismatch));
  for (const role of partsOf(history, call)) {
    const { consumes } = history.pipeline.stage(role);
    if (!eventsBehind(history, call, consumes).some(saysSo)) continue;
    for (const type of typesBehind(history, consumes)) {
      const said = eventsBehind(history, call, type).find((event) => event.byHarness && saysSo(event));
      if (said !== undefined) return said;
    }
  }
  return undefined;
};
