/** `faultline accept`: somebody answers for findings, so that a run is red for what is new. */
import { FaultlineError } from '../../base/errors.ts';
import { didYouMean } from '../../base/nearest.ts';
import { oneLine } from '../../base/presentable.ts';
import { replaceProjectFile } from '../../base/replace-file.ts';
import { accept as acceptInto } from '../../verdict/accept.ts';
import { daySchema, formatKnown } from '../../verdict/known-schema.ts';
import { answerFor, dayOf, knownOf } from '../../verdict/known.ts';
import type { KnownFinding } from '../../verdict/known.ts';
import { loadAll } from '../../run/choose.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { knownFile, readKnown } from '../../run/premises.ts';
import { readResults } from '../../run/stored-results.ts';
import type { StoredResults } from '../../run/stored-results.ts';
import { loadOwnConfig } from '../own-config.ts';

export interface AcceptOptions {
  /** Ids. */
  readonly findings: readonly string[];
  /** Everything that is new in the run. */
  readonly all: boolean;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly until: string | undefined;
  /** Names, or `*`; empty: those that show it. */
  readonly scenarios: readonly string[];
  /** Names of worker sets, or `*`; empty: the one that ran. */
  readonly workers: readonly string[];
  /** Results to take findings from; relative to the current directory. */
  readonly from: string;
  readonly known: string | undefined;
}

const usage = (message: string, hint: string): FaultlineError => new FaultlineError('usage', message, hint);

const scenariosOf = ({ scenarios }: StoredResults, id: string): readonly string[] => [
  ...new Set(scenarios.flatMap(({ name, findings }) => (findings.includes(id) ? [name] : []))),
];

/** Errors: FaultlineError 'usage' for a date that is none or over, and for what is left out or empty. */
const answerOf = (
  { owner, reason, until }: AcceptOptions,
  today: string,
): Pick<KnownFinding, 'owner' | 'reason' | 'until'> => {
  const said = (name: string, value: string | undefined, hint: string): string => {
    if (value !== undefined && value.trim() !== '') return value;
    throw usage(`${name} is ${value === undefined ? 'missing' : 'empty'}`, hint);
  };
  const answer = {
    owner: said('--owner', owner, 'Say who answers for the finding: a team, or a person.'),
    reason: said('--reason', reason, 'Say why it may stay for now: a ticket, or a sentence.'),
    until: said('--until', until, 'Give the last day on which it is known, e.g. --until 2026-12-31.'),
  };
  checkDay(answer.until, today);
  return answer;
};

const checkDay = (until: string, today: string): void => {
  if (!daySchema.safeParse(until).success)
    throw usage(`--until ${until} is not allowed`, 'Give the last day on which it is known, e.g. --until 2026-12-31.');
  if (until < today)
    throw usage(`--until ${until} is over already: today is ${today} (UTC)`, 'Give a day that is still to come.');
};

const checkScenarios = (wanted: readonly string[], names: readonly string[]): void => {
  const unknown = wanted.find((name) => name !== '*' && !names.includes(name));
  if (unknown !== undefined)
    throw usage(
      `--scenarios ${unknown}: there is no such scenario${didYouMean(unknown, names)}`,
      "Name scenarios as `faultline list` shows them, or '*' for all of them.",
    );
};

/** Which findings are meant. Errors: FaultlineError 'usage' for one that the run does not show. */
const chosen = ({ findings, all }: AcceptOptions, results: StoredResults, isKnown: (id: string) => boolean) => {
  const shown = [...new Set(results.scenarios.flatMap((row) => row.findings))];
  const named = oneLine(shown.join(', '));
  if (all === findings.length > 0)
    throw usage(
      all ? '--all leaves no findings to name' : 'no finding was named',
      `Name findings by their ids as the end of a run shows them, or say --all. ${shown.length === 0 ? 'That run shows none.' : `That run shows: ${named}`}`,
    );
  if (all) return shown.filter((id) => !isKnown(id));
  const missing = findings.find((id) => !shown.includes(id));
  if (missing !== undefined)
    throw usage(
      oneLine(`${results.file} shows no finding ${missing}${didYouMean(missing, shown)}`),
      shown.length === 0 ? 'Nothing failed in that run.' : `It shows: ${named}`,
    );
  return [...new Set(findings)];
};

export const accept: Command<[AcceptOptions]> = async ({ io, now }, options) => {
  const today = dayOf(now());
  const answer = answerOf(options, today);
  const config = await loadOwnConfig(io.cwd);
  const results = readResults(io.cwd, options.from);
  checkScenarios(options.scenarios, [
    ...new Set([
      ...results.scenarios.map(({ name }) => name),
      ...(await loadAll(config)).map(({ scenario }) => scenario.name),
    ]),
  ]);
  const file = knownFile(config, io.cwd, options.known);
  const known = readKnown(file);
  const openIn = (id: string): readonly string[] =>
    scenariosOf(results, id).filter(
      (name) => answerFor({ known: knownOf(known, [results.workers]), today }, id, name).state !== 'known',
    );
  const ids = chosen(options, results, (id) => openIn(id).length === 0);
  if (ids.length === 0) {
    writeLines(io.stdout, `nothing new in ${results.file}`);
    return 0;
  }
  const { owner, until } = answer;
  const sets = options.workers.length === 0 ? [results.workers] : [...new Set(options.workers)];
  const workers = sets.includes('*') ? {} : { workers: sets };
  const accepted = ids.map((finding): KnownFinding => {
    const shownIn = options.all ? openIn(finding) : scenariosOf(results, finding);
    const scenarios = options.scenarios.length === 0 ? shownIn : [...new Set(options.scenarios)];
    return { finding, scenarios: scenarios.includes('*') ? ['*'] : scenarios, ...workers, ...answer };
  });
  replaceProjectFile(file, formatKnown(acceptInto(known, accepted)));
  for (const { finding, scenarios } of accepted) {
    const where = scenarios.includes('*') ? 'all scenarios' : scenarios.join(', ');
    const whose = 'workers' in workers ? ` with the workers ${sets.join(', ')}` : '';
    writeLines(io.stdout, `known until ${until}: ${finding} in ${where}${whose} (${owner})`);
  }
  writeLines(io.stdout, `written to ${file}`);
  return 0;
};
