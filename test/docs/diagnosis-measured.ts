/** docs/diagnosis-measured.md, from what the last whole run of `npm run bench:diagnosis` measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { percent, totalsOf } from '../../bench/diagnosis/measured.ts';
import type { Measured, Row } from '../../bench/diagnosis/measured.ts';
import type { Way } from '../../bench/diagnosis/types.ts';
import { packageRoot } from '../../harness/base/package-root.ts';

const FILE = 'docs/measured/diagnosis.json';

export const readMeasured = (): Measured => JSON.parse(readFileSync(join(packageRoot, FILE), 'utf8')) as Measured;

const OF: Readonly<Partial<Record<Row['of'], string>>> = { none: 'nothing', pair: 'two at once' };

const cells = (list: readonly (string | number)[]): string => `| ${list.join(' | ')} |`;

/** Is what comes first sure? */
const isShown = ({ expects: [first] }: Way): boolean => first?.certainty === 'shown';

/** `FL0104?`: as possible. */
const toldOf = ({ expects, outcome = 'nothing-wrong' }: Way): string =>
  expects.length === 0
    ? `nothing (${outcome === 'nothing-wrong' ? 'all is well' : outcome === 'either' ? 'or in work' : 'not known, or in work'})`
    : expects.map(({ code, certainty }) => (certainty === 'shown' ? code : `${code}?`)).join(' ');

const groundedOf = ({ grounded, toGround }: Pick<Row, 'grounded' | 'toGround'>): string =>
  toGround === 0 ? '–' : String(grounded);

/** `ways`: those of the rows, in their order. */
export const measuredPage = ({ on, seeds, rows }: Measured, ways: readonly Way[]): string => {
  const totals = totalsOf(rows);
  const { cases, exact, grounded, toGround, falselyAccused } = totals;
  const told = ways.map(toldOf);
  const certain = ways.filter(isShown).length * seeds;
  return `# How often \`faultline diagnose\` is right

Each cause is brought about in a live system by real acts: workers killed, never started or set wrong, the reference editions and wrong
designs, topics deleted and made anew, groups moved, rows and marks of others, a service that fails or lies. \`diagnose\` gets addresses and a
payment's id; each way has ${seeds} cases, and at least one of them is asked by the installed program. Measured on ${on}:

    ${cases} cases: ${percent(exact, cases)} exact, ${percent(grounded, toGround)} grounded, ${percent(falselyAccused, cases)} falsely accused

- **Exact**: all that is expected is told and nothing else, each as sure as it must be (shown, or possible), the root first, with the exit
  code that goes with it. Where what can be read does not decide between causes ([what it cannot know](diagnose.md#what-it-cannot-know)),
  each of them is expected, as possible; where nothing can be known, nothing.
- **Grounded**: each cause is told by what was done. The bench recorded itself which records, rows and offsets came of it; evidence that
  names another one, or not what the cause is known by, counts as none. Of ${toGround} cases something was to be told.
- **Falsely accused**: something is told that is not expected, however carefully.

In ${certain} of the ${toGround} cases the cause is shown; in the others it is one of up to four that are possible. What it cannot tell
apart is not held against it here: the column *must be told* says what that comes to, \`FL0104?\` for one that is possible. Where [the
service's log](diagnose.md#the-calls-of-a-service) or [the workers' processes](diagnose.md#whether-the-workers-run) are named, less is only
possible: the last ways are those. Not among the ways is a worker that keeps an event in an inbox or a topic for retries for longer than
\`diagnose\` waits: of its event an offset is all that is read, and causes are possible then, with the word to look there first.

Published for comparison, of other systems and other methods: OpenRCA 2.0 has 20.7 % exact and 61.5 % grounded, ORCA-bench 8.4 % falsely
accused. Ways and expectations here are our own.

\`npm run bench:diagnosis\` measures it anew (about a quarter of an hour on two cores), ends with these rates, and with 1 where one is not
whole; \`-- --ways FL0104 --seeds 3\` does a part. This page is made of its result, \`${FILE}\`.

| cause | brought about by | must be told | cases | exact | grounded | falsely accused |
|---|---|---|---|---|---|---|
${rows.map((row, i) => cells([OF[row.of] ?? `\`${row.of}\``, row.way, told[i] ?? '', row.cases, row.exact, groundedOf(row), row.falselyAccused])).join('\n')}
${cells(['', 'all', '', cases, exact, grounded, falselyAccused])}
`;
};
