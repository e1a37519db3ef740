/** What is another in a later report of the same payment: one line a change. Pure. */
import type { DiagnosisReport } from './report.ts';

/** What it is said of, and how it is; `told` with what is another in each pass where much is done, which alone is no change. */
interface Line {
  readonly what: string;
  readonly how: string;
  readonly told?: string;
}

type Said = readonly Line[];

const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '#');

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

const linesOf = (report: DiagnosisReport): ReadonlyMap<string, Line> =>
  new Map(saidIn(report).map((line) => [line.what, line]));

const inWords = ({ how, told = how }: Line): string => told;

/** Lines `what: how it is (before: how it was)`, in the report's order, then what is not there any more. */
export const changesBetween = (before: DiagnosisReport, after: DiagnosisReport): readonly string[] => {
  const [was, is] = [linesOf(before), linesOf(after)];
  const now = [...is.values()].flatMap((line) => {
    const earlier = was.get(line.what);
    if (earlier?.how === line.how) return [];
    const told = line.how === '' ? line.what : `${line.what}: ${inWords(line)}`;
    return [earlier === undefined || earlier.how === '' ? told : `${told} (before: ${inWords(earlier)})`];
  });
  return [...now, ...[...was.keys()].filter((what) => !is.has(what)).map((what) => `${what}: no more`)];
};
