/** Ids of the pacts' examples: readable, and the same on every run. */

/** A UUID that shows what it is an id of (eight hexadecimal digits) and the number of its example. */
export const exampleId = (kind: string, n: number): string => `${kind}-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** The payment that an example's student pays: its correlation id. */
export const paymentOf = (studentId: string): string => `b0a7e000${studentId.slice(8)}`;
