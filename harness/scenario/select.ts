/** Choosing scenarios by name, glob and tag. */
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Scenario } from './types.ts';

export interface Selection {
  /** Names, or globs with * and ?; empty: all. */
  readonly names: readonly string[];
  /** A scenario needs one of these; empty: any. */
  readonly tags: readonly string[];
}

const isGlob = (name: string): boolean => /[*?]/.test(name);

const matcher = (name: string): ((candidate: string) => boolean) => {
  if (!isGlob(name)) return (candidate) => candidate === name;
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`);
  return (candidate) => pattern.test(candidate);
};

const list = '`faultline list` shows all scenarios and tags.';
const usage = (message: string, hint = list): FaultlineError => new FaultlineError('usage', message, hint);

const isPath = (name: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(name);

/**
 * The chosen ones, in the order given, each once. Errors: FaultlineError 'usage' for a name, glob or tag that matches
 * nothing (with the nearest ones), and when names and tags together leave nothing.
 */
export const selectScenarios = <T extends { readonly scenario: Scenario }>(
  all: readonly T[],
  selection: Selection,
): readonly T[] => {
  const { names, tags } = selection;
  const known = all.map((one) => one.scenario.name);
  const knownTags = [...new Set(all.flatMap((one) => one.scenario.tags))].toSorted();
  const problems = [
    ...names
      .filter((name) => !known.some(matcher(name)))
      .map((name) =>
        isGlob(name) ? `no scenario matches ${name}` : `there is no scenario ${name}${didYouMean(name, known)}`,
      ),
    ...tags
      .filter((tag) => !knownTags.includes(tag))
      .map((tag) => `no scenario has the tag ${tag}${didYouMean(tag, knownTags)}`),
  ];
  if (problems.length > 0)
    throw usage(
      problems.join('\n'),
      names.some(isPath)
        ? `A scenario is named by its \`name\`; \`run\` takes the path of a file as well, where one is there. ${list}`
        : list,
    );
  const matchers = names.map(matcher);
  const selected = all.filter(
    ({ scenario }) =>
      (names.length === 0 || matchers.some((matches) => matches(scenario.name))) &&
      (tags.length === 0 || tags.some((tag) => scenario.tags.includes(tag))),
  );
  if (selected.length === 0)
    throw usage(
      all.length === 0
        ? 'there are no scenarios'
        : `nothing matched: ${names.join(', ')} with the tag ${tags.join(' or ')}`,
    );
  return selected;
};
