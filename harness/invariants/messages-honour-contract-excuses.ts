/** What the scenario itself made unfit, in an event or in an answer, so that a worker's record that passes it on is unfit as well. */
import type { Mismatch } from '../contract/match.ts';
import type { BarrierSource, HistoryEvent, HttpFalsehood } from '../history/events.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { callsOf, ownersOf } from '../history/subjects.ts';
import { isObject, under } from '../history/values.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { rowIn } from './answers.ts';

/** Fields that an event has of the one it came of, also when they are missing there. */
const REPEATED: readonly string[] = ['studentId', 'courseId', 'userId', 'metadata'];
/** Fields that may come of the booking in the consumed event's metadata. */
const BOOKED: readonly string[] = ['purchaseTier', 'sessionCount', 'startDate', 'endDate'];
const SPOILS_BODY: readonly HttpFalsehood[] = ['body', 'shape', 'id'];

/** Fields of an event that come of an answer to its stage's call, by their names in it; undefined: none do. */
const answeredIn = (pipeline: Pipeline, type: string): ReadonlyMap<string, string> | undefined => {
  const [service] = pipeline.announcersOf(type).flatMap((role) => pipeline.stage(role).calls ?? []);
  const answers = service === undefined ? undefined : pipeline.service(service).answers;
  const naming = pipeline.namedBy(type);
  if (answers === undefined || naming === undefined) return undefined;
  return new Map([
    [naming.by, answers.id],
    ...Object.keys(naming.agrees ?? {}).map((field) => [field, field] as const),
  ]);
};

/** `$.metadata.schedule.date` as steps; undefined: a place of another kind. */
const stepsOf = ({ part, path }: Mismatch): readonly string[] | undefined =>
  part === 'body' && /^\$(?:\.\w+)+$/.test(path) ? path.slice(2).split('.') : undefined;

const at = (value: unknown, steps: readonly string[]): unknown =>
  steps.reduce((inner, step) => (isObject(inner) ? under(inner, step) : undefined), value);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Is the place one whose value a worker may have of somebody else? */
const mayBePassedOn = (answered: ReadonlyMap<string, string> | undefined, mismatch: Mismatch): boolean => {
  const [field = '', ...deeper] = stepsOf(mismatch) ?? [];
  if (REPEATED.includes(field)) return true;
  return deeper.length === 0 && (BOOKED.includes(field) || answered?.has(field) === true);
};

/** Where in the consumed event a worker may have the value of this place from; undefined: from nowhere in it. */
const placeIn = ({ body }: PipelineEvent, steps: readonly string[], value: unknown): readonly string[] | undefined => {
  const [field = ''] = steps;
  if (REPEATED.includes(field)) return isSame(at(body, steps), value) ? steps : undefined;
  const booked = ['metadata', field];
  const said = at(body, booked);
  return BOOKED.includes(field) && said !== undefined && isSame(said, value) ? booked : undefined;
};

const isOfAnswer = (
  answered: ReadonlyMap<string, string>,
  steps: readonly string[],
  value: unknown,
  call: Call,
): boolean => {
  const [field = '', ...deeper] = steps;
  const name = answered.get(field);
  const isFalse = call.response?.falsified.some((lie) => SPOILS_BODY.includes(lie)) === true;
  return isFalse && deeper.length === 0 && name !== undefined && isSame(rowIn(call)?.[name], value);
};

const consumedFor = ({ announcersOf, stage }: Pipeline, type: string): readonly string[] =>
  announcersOf(type).map((role) => stage(role).consumes);

/** Events of the type that is consumed for this one, about one of its payments. */
const consumedBefore = (history: History, event: PipelineEvent): readonly PipelineEvent[] => {
  const owners = ownersOf(history, event);
  const types = consumedFor(history.pipeline, event.type);
  return history.pipelineEvents.filter(
    (each) =>
      types.includes(each.type) &&
      (sameId(each.correlationId, event.correlationId) ||
        ownersOf(history, each).some((owner) => owners.includes(owner))),
  );
};

/** `seq` of the scenario's event that said so: the one that was consumed, or the one whose value that one repeats. */
const saidBy = (
  history: History,
  event: PipelineEvent,
  steps: readonly string[],
  value: unknown,
): number | undefined => {
  for (const before of consumedBefore(history, event)) {
    const place = placeIn(before, steps, value);
    if (place === undefined) continue;
    const seq = before.byHarness ? before.record.seq : saidBy(history, before, place, value);
    if (seq !== undefined) return seq;
  }
  return undefined;
};

const eventIn = (history: History, record: HistoryEvent<'kafka.record'>): PipelineEvent | undefined =>
  history.pipelineEvents.find((each) => each.record.seq === record.seq);

/** `seq`s of the events and answers in which the scenario said all that is unfit in the record; undefined: the worker made it so. */
export const unfitBehind = (
  history: History,
  record: HistoryEvent<'kafka.record'>,
  wrong: readonly Mismatch[],
): readonly number[] | undefined => {
  const event = eventIn(history, record);
  if (event === undefined) return undefined;
  const answered = answeredIn(history.pipeline, event.type) ?? new Map<string, string>();
  const calls = answered.size === 0 ? [] : ownersOf(history, event).flatMap((one) => callsOf(history, one));
  const sources = wrong.map((mismatch): number | undefined => {
    const steps = stepsOf(mismatch);
    if (steps === undefined) return undefined;
    const value = at(event.body, steps);
    const answer = calls.find((call) => isOfAnswer(answered, steps, value, call));
    return saidBy(history, event, steps, value) ?? answer?.response?.seq;
  });
  return sources.every((seq) => seq !== undefined) ? [...new Set(sources)] : undefined;
};

/** The sources in which there may be such a one that was not read. */
export const excusesRestOn = (
  history: History,
  record: HistoryEvent<'kafka.record'>,
  wrong: readonly Mismatch[],
): readonly BarrierSource[] => {
  const event = eventIn(history, record);
  const answered = event && answeredIn(history.pipeline, event.type);
  if (event === undefined || !wrong.every((mismatch) => mayBePassedOn(answered, mismatch))) return [];
  return answered === undefined ? ['kafka'] : ['kafka', 'admin-service'];
};
