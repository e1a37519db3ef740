/** Annotations for GitHub Actions: one a finding, at the first scenario that shows it, and one for what could not be decided. */
import { isAbsolute, relative, sep } from 'node:path';
import { ourCommand } from '../base/presentable.ts';
import type { TrialResult } from '../verdict/result.ts';
import { reasonsOf } from '../verdict/unknowns.ts';
import type { TextOptions } from './list.ts';
import { findingsOf, seenText } from './run-findings.ts';
import type { NumberedFinding, RunFindings } from './run-findings.ts';
import type { Reporter, RunEnd, Shown } from './types.ts';

interface Annotation {
  readonly title: string;
  readonly message: string;
  /** The trial at whose scenario it stands. */
  readonly at: TrialResult;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const dataOf = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const propertyOf = (text: string): string => dataOf(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** From the checkout's root; undefined for a file that is not of the checkout, or was only installed there: nobody sees it there. */
const inCheckout = (root: string, file: string): string | undefined => {
  const path = relative(root, file);
  const steps = path.split(sep);
  return isAbsolute(path) || steps[0] === '..' || steps.includes('node_modules') ? undefined : path;
};

/** With a base only what is new against it; else what is not known. */
const isAnnotated = (finding: NumberedFinding, { comparison }: RunFindings): boolean =>
  finding.state !== 'known' &&
  (comparison === undefined || comparison.added.some(({ group }) => group.id === finding.id));

const ofFindings = (run: RunEnd): readonly Annotation[] => {
  const found = findingsOf(run.results, run.premises);
  return found.findings
    .filter((finding) => isAnnotated(finding, found))
    .map((finding) => {
      const at = finding.trials.find(({ name }) => finding.open.includes(name)) ?? finding.trials[0];
      return { title: finding.id, message: [finding.message, seenText(finding), run.replayOf(at)].join('\n'), at };
    });
};

/** Trials that could not be decided for the same reasons have one. */
const ofUnknowns = (run: RunEnd): readonly Annotation[] => {
  const byReason = new Map<string, readonly TrialResult[]>();
  for (const result of run.results.filter(({ verdict }) => verdict.outcome === 'unknown')) {
    const reason = reasonsOf(result.verdict).join('\n');
    byReason.set(reason, [...(byReason.get(reason) ?? []), result]);
  }
  return [...byReason].flatMap(([reason, results]) =>
    results.slice(0, 1).map((at) => ({
      title: `unknown: ${results.map(({ name }) => name).join(', ')}`,
      message: [reason, run.replayOf(at)].join('\n'),
      at,
    })),
  );
};

export const githubReporter = ({ write, root }: TextOptions): Reporter => {
  const places = new Map<string, Shown['place']>();
  const lineOf = ({ title, message, at }: Annotation): string => {
    const place = places.get(at.name)?.();
    const path = place === undefined ? undefined : inCheckout(root, place.file);
    const file = path === undefined ? [] : [`file=${propertyOf(path)}`];
    const line = place === undefined || path === undefined ? [] : [`line=${place.line}`, 'column=1'];
    return `${ourCommand(`error ${[...file, `title=${propertyOf(title)}`, ...line].join(',')}::${dataOf(message)}`)}\n`;
  };
  return {
    onResult: ({ result, place }) => void places.set(result.name, place),
    onEnd: (run) => write([...ofFindings(run), ...ofUnknowns(run)].map(lineOf).join('')),
  };
};
