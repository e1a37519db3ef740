/** What of the verdict points at which event. */
import type { PageTrial } from '../../harness/report/data.ts';
import type { Pointer } from './drawing/row.tsx';

export const evidenceOf = ({ broke, causes, noReturn }: PageTrial): ReadonlySet<number> =>
  new Set([
    ...broke.flatMap(({ evidence }) => evidence),
    ...causes.flatMap(({ evidence }) => evidence),
    ...(noReturn === undefined ? [] : [noReturn.seq]),
  ]);

export const pointersOf = ({ broke, causes, noReturn }: PageTrial): ReadonlyMap<number, readonly Pointer[]> => {
  const found = new Map<number, Pointer[]>();
  const add = (seq: number, pointer: Pointer): void => {
    const before = found.get(seq) ?? [];
    if (!before.some(({ text }) => text === pointer.text)) found.set(seq, [...before, pointer]);
  };
  if (noReturn !== undefined) add(noReturn.seq, { text: 'no way back', kind: 'no-return' });
  broke.forEach(({ evidence }, i) => {
    for (const seq of evidence) add(seq, { text: `broke ${i + 1}`, kind: 'broke' });
  });
  for (const { rank, evidence } of causes)
    for (const seq of evidence) add(seq, { text: `cause ${rank}`, kind: 'cause' });
  return found;
};
