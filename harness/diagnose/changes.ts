/** What is another in a later report of the same payment: one line a change. Pure. */
import type { DiagnosisReport } from './report.ts';

type Said = readonly (readonly [what: string, is: string])[];

/** Where a line of text has its first colon, what it speaks of ends. */
const split = (line: string): readonly [string, string] => {
  const at = line.indexOf(': ');
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
};

/** All that is told but how it was asked, and what is another each time it is asked. */
const saidIn = ({ sources, stages, causes, findings, inShort }: DiagnosisReport): Said => [
  ...sources.map(({ source, complete, why = '' }): Said[number] => [source, complete ? 'read' : why]),
  ...stages.flatMap(({ worker, checks, standing }): Said => [
    ...checks.map(({ check, answer }): Said[number] => [`${worker}, ${check}`, answer]),
    ...standing.map(split),
  ]),
  ...[...causes, ...findings].map(({ code, id, message, certainty }): Said[number] => [
    `${code} ${id}`,
    `${message} (${certainty})`,
  ]),
  ['in short', inShort],
];

/** Lines `what: how it is (before: how it was)`, in the report's order, then what is not there any more. */
export const changesBetween = (before: DiagnosisReport, after: DiagnosisReport): readonly string[] => {
  const [was, is] = [new Map(saidIn(before)), new Map(saidIn(after))];
  const now = [...is].flatMap(([what, how]) => {
    const earlier = was.get(what);
    if (earlier === how) return [];
    const told = how === '' ? what : `${what}: ${how}`;
    return [earlier === undefined || earlier === '' ? told : `${told} (before: ${earlier})`];
  });
  return [...now, ...[...was.keys()].filter((what) => !is.has(what)).map((what) => `${what}: no more`)];
};
