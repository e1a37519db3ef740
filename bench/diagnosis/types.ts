/** What is produced, and what must be said of it. */
import type { ResolvedSubject } from '../../harness/scenario/subjects.ts';
import type { System } from './system.ts';

/** Of docs/diagnose.md. FL0110 accuses nobody, and is expected nowhere. */
export const CODES = {
  FL0101: 'worker-not-running',
  FL0102: 'topic-missing',
  FL0103: 'event-not-emitted',
  FL0104: 'guard-marked-without-allocation',
  FL0105: 'event-not-consumed',
  FL0106: 'api-not-called',
  FL0107: 'api-failing',
  FL0108: 'duplicate-rows',
  FL0109: 'stuck-at-its-head',
} as const;

export type Code = keyof typeof CODES;

export type Role = 'purchase-worker' | 'allocation-worker';

/** A cause that must be told, and how sure. */
export interface Expected {
  readonly code: Code;
  /**
   * `possible` where what can be read of a live system does not decide between it and another one that is expected beside it; docs/diagnose.md
   * ("What it cannot know") says what is read.
   */
  readonly certainty: 'shown' | 'possible';
}

/** What the harness did of which a cause's evidence must tell, besides what it recorded of the payment. */
export interface Injected {
  /** The worker that the payment waits for. */
  readonly at: Role;
  /** Workers of which nobody is in their group. */
  readonly absent?: readonly Role[];
  /** Topics that are not there. */
  readonly missing?: readonly string[];
}

/** One way to bring a cause, or several, or none about. */
export interface Way {
  /** In words, for the table; also what the ids are drawn from. */
  readonly name: string;
  /** The root of it, under which the table has it; `none`: nothing is wrong; `pair`: several at once. */
  readonly of: Code | 'none' | 'pair';
  /** Worker sets, each of the reference workers or of fixtures/. */
  readonly workers: Readonly<Record<Role, string>>;
  /** What must be told, all of it and nothing else, the first of them ranked first. */
  readonly expects: readonly Expected[];
  /**
   * What must come out where nothing is expected: `nothing-wrong` (exit code 0), `not-known` (3): it cannot be known, or is in work; `either`
   * where it may come to its end while it is looked at.
   */
  readonly outcome?: 'nothing-wrong' | 'not-known' | 'either';
  readonly injected?: Injected;
  /** The log of the service's requests is named too. */
  readonly log?: true;
  /** How the workers' command lines look is said too. */
  readonly processes?: true;
  /** So many cases at most are in one system at once. Left out: all. */
  readonly perSystem?: number;
  /** So many further payments are in each system, of which nobody asks. Left out: none. */
  readonly others?: number;
  /** Brings it about for all of these payments, by real acts, and waits until it is so. */
  bring(system: System, cases: readonly ResolvedSubject[], others: readonly ResolvedSubject[]): Promise<void>;
}

export const HARDENED: Way['workers'] = { 'purchase-worker': 'hardened', 'allocation-worker': 'hardened' };

/** These workers, and the hardened ones for the rest. */
export const workers = (over: Partial<Way['workers']>): Way['workers'] => ({ ...HARDENED, ...over });

export const shown = (code: Code): Expected => ({ code, certainty: 'shown' });
export const possible = (...codes: readonly Code[]): readonly Expected[] =>
  codes.map((code) => ({ code, certainty: 'possible' }));
