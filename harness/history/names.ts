/** How ids and records are written for people: short, in the domain's words. */
import { USUALLY } from './called.ts';
import type { Subject } from './events.ts';
import { idOf } from './ids.ts';
import { recordPosition } from './history.ts';
import type { PipelineEvent } from './views.ts';

/** The first group of a UUID, or the first 12 characters of anything else. */
export const short = (value: unknown): string => {
  const id = idOf(value);
  if (id === undefined) return '(none)';
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id) ? id.slice(0, 8) : id.length > 12 ? `${id.slice(0, 12)}…` : id;
};

/** `ada (payment 1fa90c93)`. */
export const nameOf = ({ name, correlationId, called = USUALLY }: Subject): string =>
  `${name} (${called.subject} ${short(correlationId)})`;

/** ` of ada (payment 1fa90c93, student 5d2e4b10)`, as a call or a record is told apart for people; nothing where it belongs to nobody. */
export const belonging = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  const { name, correlationId, studentId, called = USUALLY } = subject;
  return ` of ${name} (${called.subject} ${short(correlationId)}, ${called.student} ${short(studentId)})`;
};

/** `PURCHASE_CREATED at purchase-created-1@4`. */
export const eventName = (event: PipelineEvent): string => `${event.type} at ${recordPosition(event.record)}`;

/** `1 call`, `3 calls`. */
export const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
