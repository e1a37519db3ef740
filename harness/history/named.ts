/** The rows that an event names: one, or several by a list of ids. */
import { text } from './history.ts';
import type { History, PipelineEvent } from './history.ts';
import { idOf, normalId } from './ids.ts';
import { numberedTables, versionsOf } from './rows.ts';
import type { Version } from './rows.ts';
import { pairKey } from './keys.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';

const NONE: readonly never[] = [];

/** The ids that it names, as it says; none: it names nothing. A number is an id where the rows are known by numbers. */
export const idsNamedBy = (history: History, event: PipelineEvent): readonly string[] => {
  const naming = history.pipeline.namedBy(event.type);
  const said = naming && event.body?.[naming.by];
  if (naming === undefined || said === undefined || said === null) return NONE;
  const read = numberedTables(history).has(naming.entity.table) ? idOf : text;
  if (Array.isArray(said)) return said.flatMap((id) => read(id) ?? []);
  const id = read(said);
  return id === undefined ? NONE : [id];
};

/** Does it say that it tells of no row at all, by an empty list? */
export const namesNone = (history: History, event: PipelineEvent): boolean => {
  const naming = history.pipeline.namedBy(event.type);
  const said = naming && event.body?.[naming.by];
  return Array.isArray(said) && said.length === 0;
};

const isOfPair = ({ studentId, courseId }: PipelineEvent, { values }: Version): boolean =>
  pairKey(values['student_id'], values['course_id']) === pairKey(studentId, courseId);

/**
 * The row via which the event's rows are its own: the one that it names, where that is committed and of its student and
 * course. Undefined: it names none, or one of somebody else's; then all rows of its student and course may be its own.
 */
export const viaNamedBy = (history: History, event: PipelineEvent, entity: EntityDeclaration): string | undefined => {
  if (entity.via === undefined) return undefined;
  const naming = history.pipeline.namedBy(event.type);
  const [id] = idsNamedBy(history, event);
  if (naming?.name !== entity.via.entity || id === undefined) return undefined;
  const versions = versionsOf(history, naming.entity.table, id);
  return versions.some((version) => isOfPair(event, version)) ? normalId(id) : undefined;
};
