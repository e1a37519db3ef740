/** Nothing that a worker wrote acts on a terminal, or is taken for a command or a line of ours, in whatever is printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presentable } from '../base/presentable.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { agentReporter } from './agent.ts';
import { dotReporter } from './dot.ts';
import { summarizeFailure } from './failure.ts';
import { githubReporter } from './github.ts';
import { listReporter } from './list.ts';
import { cell, formatMarkdown } from './markdown.ts';
import { formatSummary } from './summary.ts';
import type { TextOptions } from './list.ts';
import { endOf, historyWith, resultWith, shownAs, textOptions } from './testing/results.ts';
import { runs } from '../base/testing/runs.ts';

const OUR_COLOURS = /\u001B\[\d{1,2}m/g;
const HARMFUL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]|\p{Surrogate}/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '::error::forged', '##[error]forged', '\u001B[2J', '\u202E', '\u2028', ' ', '\0'),
      fc.constantFrom('\n::error file=x::forged\n', '\n✓ healthy\n', '\nPASSED: 1 trial\n', '| a |', '<b>', '`'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const print = (text: string, more: Partial<TextOptions>): string => {
  const verdict = verdictWith(
    [['no-event-lost', found(`the key ${text} of ada`, { worker: text, shape: 'skipped' })]],
    {
      unknown: [`what the harness says\nof ${text}`],
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
  );
  const end = endOf([failed], {
    workers: { name: 'ours', note: text },
    notApplicable: [{ name: 'other', reason: text }],
  });
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
