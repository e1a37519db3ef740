/** `faultline diff <run folder> <run folder>`: what the first trial has otherwise than the second, in words. Runs nothing. */
import { EXIT } from '../../base/errors.ts';
import { compareViews } from '../../report/diff/compare.ts';
import type { Sentence } from '../../report/diff/compare.ts';
import { viewOf } from '../../report/view/view.ts';
import { evidenceText } from '../../reporters/page.ts';
import { hanging } from '../../reporters/style.ts';
import { widthOf } from '../context.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { readStoredHistory, readStoredRun, unsealedIn, workingOut } from '../../run/stored-run.ts';
import type { StoredRun } from '../../run/stored-run.ts';

const MARKS: Readonly<Record<Sentence['kind'], string>> = { missing: '−', additional: '+', moved: '↕' };

const trialName = ({ scenario, workers, seed, result }: StoredRun): string =>
  `${scenario.name} with ${workers}, seed ${seed}, ${result?.verdict.outcome ?? 'not judged'}`;

export const diff: Command<[here: string, there: string]> = async ({ io }, here, there) => {
  const [own, other] = [readStoredRun(io.cwd, here), readStoredRun(io.cwd, there)];
  const called = other.result?.verdict.outcome === 'passed' ? 'the passing trial' : 'the other trial';
  const histories = [own, other].map(readStoredHistory);
  const { sentences } = await workingOut([own, other].flatMap(unsealedIn), () => {
    const [first = [], second = []] = histories;
    return compareViews(viewOf(first), viewOf(second), called);
  });
  const width = widthOf(io);
  const lines = [
    `${trialName(own)}: ${own.dir}`,
    `against ${trialName(other)}: ${other.dir}`,
    ...(own.scenario.name === other.scenario.name
      ? []
      : ['these are trials of different scenarios: what is compared may never have been meant to be alike']),
    '',
    ...(sentences.length === 0 ? ['The same things happened, and nothing provably in another order.'] : []),
    ...sentences.flatMap(({ kind, text, seqs }) => hanging(`${MARKS[kind]} `, text + evidenceText(seqs), width)),
  ];
  writeLines(io.stdout, ...lines);
  return EXIT.ok;
};
