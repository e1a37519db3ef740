/** docs/diagnosis-measured.md, from what the last whole run of `npm run bench:diagnosis` measured. Pure. */
import { rootsOf } from './done.ts';
import { percent, systemsOf, totalsOf } from './measured.ts';
import type { Measured, Row } from './measured.ts';
import type { Way } from './types.ts';

/** Of a whole run, in the repository. */
export const MEASURED_FILE = 'docs/measured/diagnosis.json';
/** Made of it. */
export const MEASURED_PAGE = 'docs/diagnosis-measured.md';

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

/** More is expected than what the way is named for. */
const expectsMore = (way: Way): boolean => way.expects.some(({ code }) => !rootsOf(way).includes(code));

const counted = (rows: readonly Row[], key: 'alone' | 'besides'): boolean =>
  rows.every((row) => row[key] !== undefined);

const standingText = (rows: readonly Row[]): string => {
  const { alone, first, toGround } = totalsOf(rows);
  return counted(rows, 'alone')
    ? `Of the ${toGround} cases of which something\n  was to be told, the root is alone in the first rank in ${alone}, and alone there or printed first of it in ${first}.`
    : 'How often it is alone there, or\n  printed first of it, was not counted in this run.';
};

const besidesText = (rows: readonly Row[]): string => {
  const { besides, besidesRight } = totalsOf(rows);
  return counted(rows, 'besides')
    ? `Beside the cases, in each of the systems with a cause it was asked of one payment that had come to its end before: of ${besides} it was said\nof ${besidesRight} that nothing is wrong, and nothing else.`
    : 'In this run nobody asked of payments of the same systems that had come to their end before the cause.';
};

/** `ways`: those of the rows, in their order. */
export const measuredPage = ({ on, commit, seeds, rows }: Measured, ways: readonly Way[]): string => {
  const totals = totalsOf(rows);
  const { cases, exact, grounded, toGround, falselyAccused } = totals;
  const besideRoot = ways.filter(expectsMore).length * seeds;
  const told = ways.map(toldOf);
  const certain = ways.filter(isShown).length * seeds;
  return `# How often \`faultline diagnose\` is right

Each cause is brought about in a live system by real acts: workers killed, never started or set wrong, the reference editions and wrong
designs, topics deleted and made anew, groups moved, rows and marks of others, a service that fails or lies. \`diagnose\` gets addresses and a
payment's id. Measured on ${on}, ${commit === undefined ? 'of a commit that was not kept,\nby a bench that held less than what is said below' : `of commit ${commit}`}:

    ${cases} cases: ${percent(exact, cases)} exact, ${percent(grounded, toGround)} grounded, ${percent(falselyAccused, cases)} falsely accused

The cases are of ${ways.length} ways and ${systemsOf(ways, seeds)} systems: each way has ${seeds} payments, and they are in one system at once (but for a worker that is
stuck, of which there is one in a system), so they meet the same fault at the same time and are not independent of each other. One of them
in each system is asked of by the installed program, the others by the same code in the bench's own process.

- **Exact**: all that is expected is told and nothing else, not even what accuses nobody, each as sure as it must be (shown, or possible),
  with the outcome and the exit code that go with it, and the root in the first rank, which it may share. ${standingText(rows)}
  Where what can be read does not decide between causes ([what it cannot know](diagnose.md#what-it-cannot-know)), each of them is expected,
  as possible; where nothing can be known, nothing, and that for no other reason than that it is in work, a topic was
  made anew or a row was cancelled.
- **Grounded**: the bench recorded itself which records, rows, calls and offsets came of what it did. Each cause that is told names this
  payment's own event, row, letter or call, or the group, offset or topics that it is known by, as they are; evidence that names another
  one, or is of a form that the bench does not know, counts as none; what is told as shown came about, and so did what each way is named
  for. Of members only whether there are any is held, of messages only the statuses that they tell; next steps and commands are not
  judged here. Of ${toGround} cases something was to be told.
- **Falsely accused**: something is told that is not expected, however carefully.

What did not happen may be among what is told as possible: in ${besideRoot} of the ${toGround} cases more must be told than what was brought about, since
what can be read does not tell it apart. In ${certain} of the ${toGround} the cause is shown; in the others it is one of up to four that are possible. That
is not held against it here: the column *must be told* says what it comes to, \`FL0104?\` for one that is possible. Where [the
service's log](diagnose.md#the-calls-of-a-service) or [the workers' processes](diagnose.md#whether-the-workers-run) are named, less is only
possible: the last ways are those. Not among the ways is a worker that keeps an event in an inbox or a topic for retries for longer than
\`diagnose\` waits: of its event an offset is all that is read, and causes are possible then, with the word to look there first.

${besidesText(rows)}

Published for comparison, of other systems and other methods: OpenRCA 2.0 has 20.7 % exact and 61.5 % grounded, ORCA-bench 8.4 % falsely
accused. Ways and expectations here are our own.

\`npm run bench:diagnosis\` measures it anew (about a quarter of an hour on two cores), ends with these rates, and with 1 where one is not
whole; \`-- --ways FL0104 --seeds 3\` does a part. \`npm run bench:diagnosis -- --out ${MEASURED_FILE}\` of all ways writes that file and, from
it, this page.

| cause | brought about by | must be told | cases | exact | grounded | falsely accused |
|---|---|---|---|---|---|---|
${rows.map((row, i) => cells([OF[row.of] ?? `\`${row.of}\``, row.way, told[i] ?? '', row.cases, row.exact, groundedOf(row), row.falselyAccused])).join('\n')}
${cells(['', 'all', '', cases, exact, grounded, falselyAccused])}
`;
};
