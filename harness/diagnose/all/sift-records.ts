/** Goes through all records, one after the other: what is of a suspect is kept, and an event without its effect makes one. */
import { idOf } from '../../history/ids.ts';
import { pairIn } from '../../history/reading.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { RecordRead, Wanted } from '../read-records.ts';
import type { Pair } from '../whose.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Plan } from './plan.ts';
import { MOST_RECORDS, keyOf } from './suspects.ts';
import type { Suspect, Suspects } from './suspects.ts';

export interface RecordSieve {
  readonly wanted: Wanted;
  /** By event that no stage works on: of whom it was told. */
  readonly told: ReadonlyMap<string, Filter>;
  /** Of whom something came that is too young: it was not kept for who was not suspected yet. */
  readonly young: Filter;
  /** How many records passed. */
  count(): number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The id of its payment, where it says so. A key is one only of what begins a payment. */
const saidIn = (
  { correlationId }: RecordRead,
  body: Readonly<Record<string, unknown>> | undefined,
  begins: boolean,
): string | undefined => {
  if (begins) return correlationId;
  const meta = body?.['_metadata'];
  return isObject(meta) ? idOf(meta['correlationId']) : undefined;
};

/**
 * `effects`: of whom there is what stages bring about; of what is not among them nothing is known. `youngest`: events of later
 * are in work, ms since the epoch.
 */
export const createRecordSieve = (
  pipeline: Pipeline,
  plan: Plan,
  suspects: Suspects,
  effects: ReadonlyMap<string, Filter>,
  youngest: number,
): RecordSieve => {
  const told = new Map(plan.steps.flatMap((step) => step.told).map((type) => [type, createFilter()]));
  const young = createFilter();
  let records = 0;

  const keep = (suspect: Suspect, record: RecordRead, id: string | undefined): boolean => {
    if (id !== undefined) suspects.name(suspect, id);
    if (suspect.records.length >= MOST_RECORDS) suspect.crowded = true;
    else suspect.records.push(record);
    return !suspect.crowded;
  };

  const suspectOf = (pair: Pair, type: string, timestamp: number): Suspect | undefined => {
    const key = keyOf(pair);
    told.get(type)?.add(key);
    const lacking = (plan.effectsOf.get(type) ?? []).filter((name) => effects.get(name)?.has(key) === false);
    if (lacking.length > 0 && timestamp >= youngest) young.add(key);
    else for (const name of lacking) suspects.note(pair, `${type} without ${name}`);
    return suspects.of(key);
  };

  const isWanted: Wanted = (record) => {
    records += 1;
    const body = isObject(record.json) ? record.json : undefined;
    const type = pipeline.eventOfTopic(record.topic, body?.['type']);
    const { studentId, courseId } = pairIn(pipeline, body);
    const isOfPair = type !== undefined && studentId !== undefined && courseId !== undefined && record.aborted !== true;
    const suspect =
      (isOfPair ? suspectOf({ studentId, courseId }, type, record.timestamp) : undefined) ??
      (record.correlationId === undefined ? undefined : suspects.named(record.correlationId));
    return (
      suspect !== undefined && keep(suspect, record, isOfPair ? saidIn(record, body, pipeline.begins(type)) : undefined)
    );
  };
  return { wanted: isWanted, told, young, count: () => records };
};
