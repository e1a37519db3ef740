/** Goes through all records, one after the other: what is of a suspect is kept, and an event without its effect makes one. */
import { eventTypeOf, pairIn } from '../../history/reading.ts';
import { isObject } from '../../history/values.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { RecordRead, Wanted } from '../read-records.ts';
import { saidBy } from '../whose.ts';
import type { Pair } from '../whose.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { namedIn } from './named-in.ts';
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

  const keep = (suspect: Suspect, record: RecordRead): boolean => {
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
    const type = eventTypeOf(pipeline, record);
    const { studentId, courseId } = pairIn(pipeline, isObject(record.json) ? record.json : undefined);
    if (type !== undefined && studentId !== undefined && courseId !== undefined && record.aborted !== true) {
      const suspect = suspectOf({ studentId, courseId }, type, record.timestamp);
      const id = suspect === undefined ? undefined : saidBy(pipeline, record);
      if (suspect !== undefined && id !== undefined) suspects.name(suspect, id);
    }
    if (!suspects.isAny()) return false;
    return [...suspects.among(namedIn(pipeline, record))].map((suspect) => keep(suspect, record)).includes(true);
  };
  return { wanted: isWanted, told, young, count: () => records };
};
