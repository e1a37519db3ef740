/** Of whom a record may be, by all that it says: what a look at one payment would keep for it is found here for many. Pure. */
import { idOf, tokensIn } from '../../history/ids.ts';
import { pairIn } from '../../history/reading.ts';
import { isObject } from '../../history/values.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { textOf } from '../find.ts';
import type { RecordRead } from '../read-records.ts';
import type { Pair } from '../whose.ts';

export interface Named {
  /** Where ids of payments stand. */
  readonly ids: readonly string[];
  /** Where students and courses stand. */
  readonly pairs: readonly Pair[];
  /** Whatever in it reads like an id, wherever it stands. */
  readonly tokens: ReadonlySet<string>;
}

const metaOf = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  isObject(body['_metadata']) ? body['_metadata'] : {};

/** An id that is short, or a number, names a payment only where one stands: elsewhere it is somebody else's. */
export const namedIn = (pipeline: Pipeline, record: RecordRead): Named => {
  const { json, headers, correlationId, key } = record;
  const body = isObject(json) ? json : {};
  const original = isObject(body['originalEvent']) ? body['originalEvent'] : {};
  const said = [body, original].flatMap((one) => [one['correlationId'], metaOf(one)['correlationId']]);
  return {
    ids: [correlationId, key, headers['correlationId'], ...said].flatMap((id) => idOf(id) ?? []),
    pairs: [body, original].flatMap((one): readonly Pair[] => {
      const { studentId, courseId } = pairIn(pipeline, one);
      return studentId === undefined || courseId === undefined ? [] : [{ studentId, courseId }];
    }),
    tokens: tokensIn(textOf(record)),
  };
};
