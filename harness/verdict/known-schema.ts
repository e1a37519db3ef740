/** The form of `faultline.known.json`. Pure. */
import { z } from 'zod';
import { jsonText } from '../base/presentable.ts';
import { formatProblem, problemsOf } from '../base/problems.ts';
import type { KnownFinding } from './known.ts';

/** Version of this form. */
const KNOWN_VERSION = 1;

const text = z.string().trim().min(1);

/** A day there is: 2026-02-30 is none. */
const isDay = (value: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;

export const daySchema = z.string().refine(isDay, 'must be a day, e.g. 2026-12-31');

const entry = z.strictObject({
  finding: text,
  scenarios: z.array(text).min(1),
  workers: z.array(text).min(1).exactOptional(),
  owner: text,
  reason: text,
  until: daySchema,
});

const schema = z.strictObject({ version: z.literal(KNOWN_VERSION), known: z.array(entry) });

/** Every problem as one line; the entries when there is none. */
export type ParsedKnown =
  | { readonly problems: readonly string[]; readonly known?: undefined }
  | { readonly problems?: undefined; readonly known: readonly KnownFinding[] };

/** Two entries for one finding, scenario and worker set: which of them answers for it would be anybody's guess. */
const repeated = (known: readonly KnownFinding[]): readonly string[] => {
  const first = new Map<string, number>();
  return known.flatMap(({ finding, scenarios, workers = ['*'] }, i) =>
    scenarios.flatMap((scenario) => {
      const key = [finding, scenario, ...[...workers].sort()].join('\n');
      const before = first.get(key);
      if (before === undefined) first.set(key, i);
      return before === undefined
        ? []
        : [
            `known[${i}].scenarios: ${JSON.stringify(scenario)}: ${finding} is known there by known[${before}] already; keep one of them`,
          ];
    }),
  );
};

export const parseKnown = (content: string): ParsedKnown => {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return { problems: [`it is not JSON: ${(error as Error).message}`] };
  }
  const problems = problemsOf(schema, value).map((problem) => formatProblem(problem, value));
  if (problems.length > 0) return { problems };
  const { known } = schema.parse(value);
  const twice = repeated(known);
  return twice.length > 0 ? { problems: twice } : { known };
};

/** As it is written: sorted, so that two people's additions meet in a merge without a fight. */
export const formatKnown = (known: readonly KnownFinding[]): string => {
  const sorted = known
    .map(({ finding, scenarios, workers, owner, reason, until }) => ({
      finding,
      scenarios: [...scenarios].sort(),
      ...(workers === undefined ? {} : { workers: [...workers].sort() }),
      owner,
      reason,
      until,
    }))
    .sort((a, b) => (a.finding < b.finding ? -1 : a.finding > b.finding ? 1 : a.until < b.until ? -1 : 1));
  return `${jsonText({ version: KNOWN_VERSION, known: sorted }, 2)}\n`;
};
