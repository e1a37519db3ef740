/** Values of options, checked. */
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { ENVIRONMENT_CHOICES } from '../environment/start.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import { isRunByAgent } from '../reporters/agent.ts';
import { DEFAULT_REPORTER, REPORTERS, REPORTER_IDS } from '../reporters/catalogue.ts';
import type { ReporterId } from '../reporters/catalogue.ts';
import { seedOf } from '../runner/seeds.ts';
import type { Shard } from '../runner/shard.ts';

/** Of an option that may be given again: one value more. */
export const collect = <T>(value: T, before: readonly T[]): readonly T[] => [...before, value];

const wholeNumber = (option: string, value: string, lowest: number, highest: number): number => {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < lowest || number > highest)
    throw new FaultlineError(
      'usage',
      `${option} ${value} is not allowed`,
      `Give a whole number from ${lowest} to ${highest}.`,
    );
  return number;
};

/** Any whole number: the numbers that CI systems give their builds grow past 32 bits. Errors: FaultlineError 'usage'. */
export const parseSeed = (value: string): number => {
  if (/^\d{1,100}$/.test(value)) return seedOf(BigInt(value));
  throw new FaultlineError('usage', `--seed ${value} is not allowed`, 'Give a whole number from 0 on.');
};

/** `option` is how the user gave it: --env, or the variable. Errors: FaultlineError 'usage'. */
export const parseEnvironment = (value: string, option = '--env'): EnvironmentChoice => {
  const choice = ENVIRONMENT_CHOICES.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw new FaultlineError(
    'usage',
    `${option} ${value} is not allowed${didYouMean(value, ENVIRONMENT_CHOICES)}`,
    `Choose from: ${ENVIRONMENT_CHOICES.join(', ')}.`,
  );
};

export const parsePort = (value: string): number => wholeNumber('--port', value, 1, 65_535);

const MOST_REPEATS = 100_000;

export const parseRepeat = (value: string): number => wholeNumber('--repeat', value, 1, MOST_REPEATS);

export const parseShard = (value: string): Shard => {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count)
    throw new FaultlineError(
      'usage',
      `--shard ${value} is not allowed`,
      'Give i/n with i from 1 to n, e.g. --shard 2/3 for the second of three.',
    );
  return shard;
};

const UNITS = { ms: 1, s: 1000, m: 60_000, min: 60_000 } as const;

/** `30s`, `1500ms`, `2m`, or a number of ms; gives ms. Errors: FaultlineError 'usage'. */
export const parseDuration = (option: string, value: string, lowest: number, highest: number): number => {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?) ?(ms|s|min|m)?$/.exec(value) ?? [];
  const ms = Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
  if (number === undefined || ms < lowest || ms > highest)
    throw new FaultlineError(
      'usage',
      `${option} ${value} is not allowed`,
      `Give a duration from ${lowest / 1000} s to ${highest / 60_000} min, e.g. ${option} 30s, 1500ms or 2m.`,
    );
  return ms;
};

const AGES = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How long ago: `90m`, `24h`, `7d`; gives ms. Errors: FaultlineError 'usage'. */
export const parseSince = (value: string): number => {
  const [, number, unit] = /^(\d{1,5})([smhd])$/.exec(value) ?? [];
  if (number === undefined || Number(number) === 0)
    throw new FaultlineError(
      'usage',
      `--since ${value} is not allowed`,
      'Say how long ago: 90m, 24h or 7d, for example.',
    );
  return Number(number) * AGES[unit as keyof typeof AGES];
};

/** As `parseSince` takes it; `ms` is one that it gave. */
export const sinceText = (ms: number): string => {
  const [unit, each] = Object.entries(AGES).findLast(([, length]) => ms % length === 0) ?? ['s', AGES.s];
  return `${ms / each}${unit}`;
};

/** Seconds between two passes. */
export const DEFAULT_WATCH = '30';

const LONGEST_WATCH_S = 86_400;

/** Seconds; gives ms. Errors: FaultlineError 'usage'. */
export const parseWatch = (value: string): number => wholeNumber('--watch', value, 1, LONGEST_WATCH_S) * 1000;

/** MB a second. */
export const DEFAULT_RATE = 8;

const [LOWEST_RATE, HIGHEST_RATE] = [0.1, 1000] as const;

/** MB a second; gives bytes. Errors: FaultlineError 'usage'. */
export const parseRate = (value: string): number => {
  const rate = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(rate >= LOWEST_RATE && rate <= HIGHEST_RATE))
    throw new FaultlineError(
      'usage',
      `--rate ${value} is not allowed`,
      `Give MB a second, from ${LOWEST_RATE} to ${HIGHEST_RATE}.`,
    );
  return Math.round(rate * 1_000_000);
};

export const parsePatience = (value: string, option = '--patience'): number => parseDuration(option, value, 0, 600_000);

export const parseSettleDeadline = (value: string, option = '--settle-deadline'): number =>
  parseDuration(option, value, 1000, 3_600_000);

export interface ReporterChoice {
  readonly id: ReporterId;
  /** Where it writes, when the user said so (`junit=FILE`). */
  readonly file?: string;
}

const isReporterId = (name: string): name is ReporterId => Object.hasOwn(REPORTERS, name);

export const parseReporter = (value: string): ReporterChoice => {
  const at = value.indexOf('=');
  const [name, file] = at === -1 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
  if (!isReporterId(name))
    throw new FaultlineError(
      'usage',
      `there is no reporter ${name}${didYouMean(name, REPORTER_IDS)}`,
      `Choose from: ${REPORTER_IDS.join(', ')}.`,
    );
  if (file === undefined) return { id: name };
  const entry = REPORTERS[name];
  if (entry.kind === 'own' || file === '')
    throw new FaultlineError(
      'usage',
      `--reporter ${value} is not allowed`,
      'Only json, junit, html and ctrf write to a file: --reporter junit=FILE.',
    );
  return { id: name, file };
};

/**
 * The reporters asked for, each once. Where none was, or only files: also one that people read, or, where a coding agent runs
 * this, the one for it.
 */
export const reportersOrDefault = (
  choices: readonly ReporterChoice[],
  env: Readonly<Record<string, string | undefined>>,
): readonly ReporterChoice[] => {
  const asked = [...new Map(choices.map((choice) => [choice.id, choice])).values()];
  if (asked.some(({ id }) => REPORTERS[id].kind !== 'file')) return asked;
  return [{ id: isRunByAgent(env) ? 'agent' : DEFAULT_REPORTER }, ...asked];
};
