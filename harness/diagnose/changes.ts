/** What is another in a later report of the same payment: one line a change. Pure. */
import { changedLines, noMore, notSeen, withoutNumbers } from './changed-lines.ts';
import type { Line, Said } from './changed-lines.ts';
import type { DiagnosisReport } from './report.ts';

const STANDING = /^(.+) at (\d+) of (.+-\d+)(?:: |, )(.*)$/s;

/** Of a group in a partition: a group that moves is another in each pass. */
const standingLine = (line: string): Line => {
  const [, group, offset = '', where = '', rest = ''] = STANDING.exec(line) ?? [];
  if (group !== undefined)
    return { what: `${group} in ${where}`, how: withoutNumbers(rest), told: `at ${offset}, ${rest}` };
  const at = line.indexOf(': ');
  return at === -1 ? { what: line, how: '' } : { what: line.slice(0, at), how: line.slice(at + 2) };
};

/** All that is told but how it was asked, and what is another each time it is asked. */
const saidIn = ({ sources, stages, causes, findings, inShort }: DiagnosisReport): Said => [
  ...sources.map(({ source, complete, why = '' }): Line =>
    complete ? { what: source, how: 'read' } : { what: source, how: withoutNumbers(why), told: why },
  ),
  ...stages.flatMap(({ worker, checks, standing }): Said => [
    ...checks.map(({ check, answer }): Line => ({ what: `${worker}, ${check}`, how: answer })),
    ...standing.map(standingLine),
  ]),
  ...[...causes, ...findings].map(({ code, id, message, certainty }): Line => ({
    what: `${code} ${id}`,
    how: `${message} (${certainty})`,
  })),
  { what: 'in short', how: inShort },
];

/** Why each source that was not read whole was not; numbers aside, which are others each time. */
const gapsIn = ({ sources }: DiagnosisReport): ReadonlyMap<string, string> =>
  new Map(
    sources.flatMap(({ source, complete, why = '' }) => (complete ? [] : [[source, withoutNumbers(why)] as const])),
  );

/** Is there anything that was not read for another reason than before, or is there no saying what is wrong? */
const mayHide = (before: DiagnosisReport, after: DiagnosisReport): boolean => {
  const gaps = gapsIn(before);
  return after.outcome === 'not-known' || [...gapsIn(after)].some(([source, why]) => gaps.get(source) !== why);
};

/**
 * Lines `what: how it is (before: how it was)`, in the report's order, then what is not there any more, or was not seen where not all
 * could be looked at.
 */
export const changesBetween = (before: DiagnosisReport, after: DiagnosisReport): readonly string[] =>
  changedLines(saidIn(before), saidIn(after), mayHide(before, after) ? notSeen : noMore);
