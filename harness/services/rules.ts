/** Which behaviour the next call about a subject meets. */
import { FaultlineError } from '../base/errors.ts';
import { sameId } from '../history/ids.ts';
import type { CallIds } from '../history/views.ts';

/** A call that met a behaviour other than normal. */
export interface Fired {
  readonly call: number;
  /** The request's number in the history. */
  readonly seq: number;
}

export interface BehaviourSettings {
  /** One that every stub has, or one of the service's own. */
  readonly behaviour: string;
  /** So many calls, then normal again. Default: until healed. */
  readonly times?: number;
  /** For `fails` and `refuses`. */
  readonly status?: number;
  /** For `slow`, and own ones that take it, ms. */
  readonly delayMs?: number;
  /** For `slow` and `hangs`, instead of a time: the call stays open until then. */
  readonly until?: Promise<unknown>;
  /** Called at each call that meets the behaviour, before it acts. */
  readonly onFired?: (fired: Fired) => void;
}

export interface BehaviourControl {
  /** Calls that met the behaviour so far. */
  fired(): number;
  /** From now on the API tells the truth; calls that hang are reset. Safe to call twice. */
  heal(): void;
}

/** A behaviour that is in force. */
export interface Rule {
  readonly settings: BehaviourSettings;
  readonly healed: Promise<void>;
}

/** Is it a call that is meant, by the ids that it has? */
export type IsMeant = (call: CallIds) => boolean;

/** Calls that have any of these ids, wherever they have it. */
export const naming =
  (...ids: readonly string[]): IsMeant =>
  ({ correlationIds, studentId }) =>
    [studentId, ...correlationIds.flat()].some((said) => ids.some((id) => sameId(said, id)));

export interface Rules {
  add(isMeant: IsMeant, settings: BehaviourSettings): BehaviourControl;
  /** The behaviour that the call meets, counted as fired; undefined for normal. */
  take(call: CallIds): Rule | undefined;
  healAll(): void;
}

interface Entry extends Rule {
  readonly isMeant: IsMeant;
  fired: number;
  over: boolean;
  readonly heal: () => void;
}

const check = (known: readonly string[], { behaviour, status }: BehaviourSettings): void => {
  if (!known.includes(behaviour))
    throw new FaultlineError('fault', `the stub knows no behaviour "${behaviour}"`, `It knows ${known.join(', ')}.`);
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new FaultlineError(
      'fault',
      `the stub cannot answer with the status ${status}`,
      'A status is a whole number from 200 to 599.',
    );
};

/** `known`: the behaviours that there are. */
export const createRules = (known: readonly string[]): Rules => {
  /** Several for one subject follow each other in the order they were given. */
  let entries: readonly Entry[] = [];

  const add = (isMeant: IsMeant, settings: BehaviourSettings): BehaviourControl => {
    check(known, settings);
    let settle = (): void => undefined;
    const healed = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const entry: Entry = {
      isMeant,
      settings,
      healed,
      fired: 0,
      over: false,
      heal: () => {
        entry.over = true;
        entries = entries.filter((other) => other !== entry);
        settle();
      },
    };
    entries = [...entries, entry];
    return { fired: () => entry.fired, heal: entry.heal };
  };

  return {
    add,
    take: (call) => {
      const entry = entries.find(({ over, isMeant }) => !over && isMeant(call));
      if (entry === undefined) return undefined;
      entry.fired += 1;
      entry.over = entry.fired >= (entry.settings.times ?? Infinity);
      return entry;
    },
    healAll: () => {
      // Healing replaces the list; the one in hand stays as it is.
      for (const entry of entries) entry.heal();
    },
  };
};
