/** What a database is made of, for who reads it and for who tells of it. */
import type { SchemaSource } from './types.ts';

/** Its SQL files, in the order in which they are applied; none where a command makes it. */
export const schemaFiles = (schema: SchemaSource): readonly string[] =>
  'file' in schema ? [schema.file, ...(schema.further ?? [])] : [];
