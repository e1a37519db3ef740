/** How a request's body is laid out, as data, and a reader that walks over all of it. */
import type { Reader } from '../codec.ts';

/** What a value is that decides whether a request may pass. */
export type Label =
  | 'topic'
  | 'described topic'
  | 'group'
  | 'transactional id'
  | 'coordinator'
  | 'kind of coordinator'
  | 'may make topics'
  | 'replica';

type Primitive = 'int8' | 'int16' | 'int32' | 'int64' | 'uuid' | 'string' | 'bytes';

interface Versions {
  /** The first version that has it, and the last. Left out: all. */
  readonly since?: number;
  readonly until?: number;
}

export type Field = Versions &
  (
    | { readonly is: Primitive; readonly label?: Label }
    /** An array of structures. */
    | { readonly list: readonly Field[] }
    /** An array of values. */
    | { readonly listOf: Primitive; readonly label?: Label }
  );

export interface Labelled {
  readonly label: Label;
  readonly value: string | number | null;
}

const PRIMITIVES: Readonly<Record<Primitive, (reader: Reader, flexible: boolean) => Labelled['value']>> = {
  int8: (reader) => reader.int8(),
  int16: (reader) => reader.int16(),
  int32: (reader) => reader.int32(),
  int64: (reader) => reader.int64(),
  uuid: (reader) => reader.uuid(),
  string: (reader, flexible) => reader.nullableString(flexible),
  bytes: (reader, flexible) => {
    reader.nullableBytes(flexible);
    return null;
  },
};

/** A tagged field may say anything, and none of those that workers have a use for is known: RangeError. */
export const requireNoTags = (reader: Reader): void => {
  if (reader.unsignedVarint() > 0) throw new RangeError(`a tagged field at ${reader.position}`);
};

/**
 * Everything of a body that has a label. Errors: RangeError when the bytes are no such body, have tagged fields, or go on
 * behind it.
 */
export const readWhole = (
  reader: Reader,
  fields: readonly Field[],
  version: number,
  flexible: boolean,
): readonly Labelled[] => {
  const found: Labelled[] = [];
  const value = (is: Primitive, label: Label | undefined): void => {
    const read = PRIMITIVES[is](reader, flexible);
    if (label !== undefined) found.push({ label, value: read });
  };
  const structure = (of: readonly Field[]): void => {
    for (const field of of) {
      if (version < (field.since ?? 0) || version > (field.until ?? version)) continue;
      if ('list' in field) reader.array(flexible, () => structure(field.list));
      else if ('listOf' in field) reader.array(flexible, () => value(field.listOf, field.label));
      else value(field.is, field.label);
    }
    if (flexible) requireNoTags(reader);
  };
  structure(fields);
  if (reader.remaining > 0) throw new RangeError(`${reader.remaining} bytes behind its end`);
  return found;
};
