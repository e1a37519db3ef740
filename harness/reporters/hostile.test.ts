/** Nothing that a worker wrote acts on a terminal, or is taken for a command or a line of ours, in whatever is printed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { presentable } from '../base/presentable.ts';
import type { CauseId } from '../history/verdict.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { pageOf } from '../report/collect.ts';
import { packPage } from '../report/pack.ts';
import { agentReporter } from './agent.ts';
import { commentText } from './comment.ts';
import { ctrfReporter } from './ctrf.ts';
import { dotReporter } from './dot.ts';
import { summarizeFailure } from './failure.ts';
import { githubReporter } from './github.ts';
import { jsonFileReporter } from './json-file.ts';
import { listReporter } from './list.ts';
import { cell, formatMarkdown } from './markdown.ts';
import { formatSummary } from './summary.ts';
import type { TextOptions } from './list.ts';
import { endOf, historyWith, resultWith, shownAs, textOptions } from './testing/results.ts';
import { runs } from '../base/testing/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUR_COLOURS = /\u001B\[\d{1,2}m/g;
const HARMFUL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]|\p{Surrogate}/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '::error::forged', '##[error]forged', '\u001B[2J', '\u202E', '\u2028', ' ', '\0'),
      fc.constantFrom('\n::error file=x::forged\n', '\n✓ healthy\n', '\nPASSED: 1 trial\n', '| a |', '<b>', '`'),
      fc.constantFrom(
        '\n~~~\n',
        '\n```\n',
        '# a',
        '- a',
        '1. a',
        '> a',
        '\\',
        '--> x',
        '[a](b://c)',
        '@ada',
        '$a$',
        '#1',
        '\u{E0041}',
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** A run in which whatever has a name or a text has this one. */
const runOf = (text: string) => {
  const verdict = verdictWith(
    [['no-event-lost', found(`the key ${text} of ada`, { worker: text, shape: 'skipped' })]],
    {
      unknown: [`what the harness says\nof ${text}`],
      faults: [{ kind: text, fired: false }],
      after: [{ met: false, message: text }],
      during: {
        causes: [
          {
            id: text as CauseId,
            rank: 1,
            message: `caused by ${text}`,
            subject: text,
            evidence: [2],
            checks: [{ question: text, answer: text, readFrom: text, evidence: [2] }],
          },
        ],
        expectation: { met: false, case: null, expected: [], actual: [text], message: `not ${text}` },
      },
    },
  );
  const failed = resultWith('healthy', {
    ...verdict,
    invariants: verdict.invariants.map((report) => ({
      ...report,
      notes: [{ message: `besides ${text}`, evidence: [2] }],
    })),
  });
  const events = historyWith(
    { kind: 'process.log', source: 'process', worker: 'purchase-worker', pid: 1, stream: 'stderr', line: text },
    {
      kind: 'process.log',
      source: 'process',
      worker: 'purchase-worker',
      pid: 1,
      stream: 'stdout',
      line: JSON.stringify({ level: 'error', msg: text, [text]: text }),
    },
    { kind: 'postgres.seen', source: 'postgres', notes: [`the table ${text} was dropped`] },
    {
      kind: 'kafka.record',
      source: 'kafka',
      topic: text,
      partition: 0,
      offset: 1,
      timestamp: 0,
      key: text,
      headers: { [text]: text },
      value: { text },
      json: { [text]: text },
    },
    {
      kind: 'postgres.commit',
      source: 'postgres',
      lsn: '0000000000000001',
      xid: 1,
      committedAt: 0,
      writer: null,
      changes: [{ table: text, op: 'insert', row: { [text]: text } }],
    },
  );
  const end = endOf([failed], {
    workers: { name: 'ours', note: text },
    notApplicable: [{ name: 'other', reason: text }],
  });
  return { failed, events, end };
};

const print = (text: string, more: Partial<TextOptions>): string => {
  const { failed, events, end } = runOf(text);
  let out = '';
  const options = textOptions((written) => (out += written), { verbose: true, ...more });
  for (const create of [listReporter, dotReporter, githubReporter, agentReporter]) {
    const reporter = create(options);
    reporter.onStart?.({ workers: end.workers, seed: 1, trials: 1, notApplicable: end.notApplicable });
    reporter.onResult?.(shownAs(failed, events));
    reporter.onAgain?.(shownAs(failed, events));
    reporter.onEnd?.(end);
  }
  out += presentable(formatSummary(end, { colour: options.colour }));
  out += presentable(formatMarkdown(end));
  return out + summarizeFailure(failed, 'again');
};

/** What programs read, each as the text of its file, with something that it says. */
const documentsOf = (text: string): readonly (readonly [document: string, says: string])[] => {
  const { failed, events, end } = runOf(text);
  let saved = '';
  const ctrf = ctrfReporter({ version: '0', now: () => new Date(0), save: (document) => (saved = document) });
  ctrf.onResult?.(shownAs(failed, events));
  ctrf.onEnd?.(end);
  const file = join(folder, 'document.json');
  const { premises, replayOf } = end;
  const reporter = jsonFileReporter(file, { workers: text, sinceStart: () => 0, premises, replayOf });
  reporter.onResult?.(shownAs(failed, events));
  reporter.onEnd?.(end);
  const json = readFileSync(file, 'utf8');
  return [
    [saved, `not applicable: ${text}`],
    [json, `the key ${text} of ada`],
  ];
};

/** What is read as Markdown: the summary of a run, and the comment of a pull request. */
const markdownOf = (text: string): string => {
  const { end } = runOf(text);
  const finding = {
    id: text,
    message: text,
    state: 'new',
    scenarios: [text],
    first: { scenario: text, replay: text },
  } as const;
  const scenario = { name: text, verdict: 'unknown', during: { causes: [{ id: text, rank: 1 }] } } as const;
  const base = { name: text, scenarios: [] };
  return formatMarkdown(end) + commentText({ workers: text, findings: [finding], scenarios: [scenario] }, base);
};

/** Of each line what it is: its text is left out. A block of code is one line. */
const skeletonOf = (markdown: string): readonly string[] => {
  const kinds: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
      continue;
    }
    fence = /^ *(`{3,}|~{3,})/.exec(line)?.[1];
    const plain = line.replaceAll(/\\[!-/:-@[-`{-~]/g, 'x');
    const [start = ''] = /^(?:#{1,6} |\||[-+*] |\d+[.)] |>|<!-- faultline -->)/.exec(plain.trimStart()) ?? [];
    kinds.push(fence === undefined ? `${start}${'|'.repeat(plain.split('|').length - 1)}` : 'code');
  }
  return kinds;
};

/** Without what is ours and what is escaped. */
const inlineOf = (markdown: string): string =>
  markdown
    .replaceAll(/^(`{3,})sh\n[^]*?\n\1$/gm, '')
    .replaceAll(/<br>|<!-- (?:faultline )?-->|<span>\$<\/span>/g, ' ')
    .replaceAll(/\\[!-/:-@[-`{-~]/g, '');

const commandsIn = (out: string): readonly string[] => out.split('\n').filter((line) => /^\s*::/.test(line));
const verdictsIn = (out: string): readonly string[] => out.split('\n').filter((line) => /^(?:✓|PASSED)/.test(line));

describe('text of workers', () => {
  it('calls nobody, and links to nothing, where it becomes a comment', () => {
    expect(cell('thanks @octocat, and @org/team; see #12 & a@b.c at 5 @ 3')).toBe(
      'thanks @<!-- -->octocat, and @<!-- -->org/team; see #<!-- -->12 &amp; a@<!-- -->b.c at 5 @ 3',
    );
    expect(cell('GH-12 at https://a.b/c or WWW.a.b: //no, gh-x')).toBe(
      'GH-<!-- -->12 at https:<!-- -->//a.b/c or WWW<!-- -->.a.b: //no, gh-x',
    );
  });

  it('does nothing wherever it is printed', () => {
    const quiet = print('quiet', { premises: NO_PREMISES });
    fc.assert(
      fc.property(hostile, (text) => {
        const out = print(text, {});
        expect(out).not.toMatch(HARMFUL);
        expect(out).not.toMatch(/##[\w-]*\[/);
        expect(commandsIn(out)).toHaveLength(commandsIn(quiet).length);
        expect(verdictsIn(out)).toEqual(verdictsIn(quiet));
      }),
      runs(100),
    );
  });

  it('gives no token away', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    for (const text of [token, `"${token}"`, `x\n${token}`, `x\t${token}`, `x\r${token}`])
      for (const said of [markdownOf(text), ...documentsOf(text).map(([document]) => document)]) {
        expect(said).not.toContain('a1B2');
        expect(said).toMatch(/\*\*\*|\\\*\\\*\\\*/);
      }
  });

  it('is what it was to programs, in documents that do nothing where somebody looks at them', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const [document, says] of documentsOf(text)) {
          expect(document).not.toMatch(HARMFUL);
          expect(commandsIn(document)).toEqual([]);
          expect(JSON.stringify(JSON.parse(document))).toContain(JSON.stringify(says).slice(1, -1));
        }
      }),
      runs(100),
    );
  });

  it('breaks out of no cell, block, heading or list, and marks nothing up', () => {
    const quiet = skeletonOf(markdownOf('quiet'));
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = markdownOf(text);
        expect(skeletonOf(markdown)).toEqual(quiet);
        expect(inlineOf(markdown)).not.toMatch(/[<`*_~[\]$]|@\w|:\/\//);
      }),
      runs(100),
    );
  });

  it('stays inside its element of the page', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { failed, events, end } = runOf(text);
        const page = packPage(
          pageOf({
            title: text,
            made: new Date(0),
            faultline: '0',
            trials: [
              {
                label: text,
                result: failed,
                judged: true,
                tags: [text],
                replay: text,
                recorded: () => ({ events, text: () => text }),
              },
            ],
            premises: NO_PREMISES,
            notApplicable: end.notApplicable,
            referenceFor: () => ({ label: text, folder: text, history: () => text }),
          }),
          '<body><!-- faultline: data --></body>',
        );
        expect(page).toMatch(/^<body>(?:<script type="application\/gzip" id="[\w-]+">[\w+/=]+<\/script>\n?)+<\/body>$/);
      }),
      runs(30),
    );
  });

  it('has no colours of its own beside ours', () => {
    const out = print('\u001B[32m✓ healthy\u001B[39m', { colour: true });
    expect(out).toContain('\\u001b[32m✓ healthy\\u001b[39m');
    expect(out.replaceAll(OUR_COLOURS, '')).not.toMatch(HARMFUL);
  });

  it('stands between words that stop GitHub Actions from looking for commands', () => {
    const out = print('quiet', { inActions: true });
    const stops = [...out.matchAll(/^::stop-commands::([0-9a-f]{32})$/gm)].map(([, word]) => word);
    expect(stops.length).toBeGreaterThan(1);
    for (const word of stops) expect(out).toContain(`\n::${word}::`);
    expect(new Set(stops).size).toBe(stops.length);
  });
});
