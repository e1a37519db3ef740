/** Which behaviour the next call of a student meets. */
import { API_BEHAVIOURS } from '../scenario/types.ts';
import type { ApiBehaviour } from '../scenario/types.ts';
import { FaultlineError } from '../base/errors.ts';

/** A call that met a behaviour other than normal. */
export interface Fired {
  readonly call: number;
  readonly worker: string;
  readonly behaviour: ApiBehaviour;
  /** The request's number in the history. */
  readonly seq: number;
}

export interface BehaviourSettings {
  readonly behaviour: ApiBehaviour;
  /** So many calls, then normal again. Default: until healed. */
  readonly times?: number;
  /** For `fails` and `refuses`. */
  readonly status?: number;
  /** For `slow` and `late-commit`, ms. */
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

export interface Rules {
  add(studentId: string, settings: BehaviourSettings): BehaviourControl;
  /** The behaviour that this call meets, counted as fired; undefined for normal. */
  take(studentId: string): Rule | undefined;
  healAll(): void;
}

interface Entry extends Rule {
  fired: number;
  over: boolean;
  readonly heal: () => void;
}

const check = ({ behaviour, status }: BehaviourSettings): void => {
  if (!API_BEHAVIOURS.includes(behaviour))
    throw new FaultlineError(
      'fault',
      `admin-service's stub knows no behaviour "${String(behaviour)}"`,
      `It knows ${API_BEHAVIOURS.join(', ')}.`,
    );
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new FaultlineError(
      'fault',
      `admin-service's stub cannot answer with the status ${status}`,
      'A status is a whole number from 200 to 599.',
    );
};

/** Ids are compared without regard to case, as PostgreSQL compares uuids. */
export const createRules = (): Rules => {
  const entries = new Map<string, Entry[]>();

  const add = (studentId: string, settings: BehaviourSettings): BehaviourControl => {
    check(settings);
    const key = studentId.toLowerCase();
    let settle = (): void => undefined;
    const healed = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const entry: Entry = {
      settings,
      healed,
      fired: 0,
      over: false,
      heal: () => {
        entry.over = true;
        const left = entries.get(key)?.filter((other) => other !== entry) ?? [];
        if (left.length > 0) entries.set(key, left);
        else entries.delete(key);
        settle();
      },
    };
    entries.set(key, [...(entries.get(key) ?? []), entry]);
    return { fired: () => entry.fired, heal: entry.heal };
  };

  return {
    add,
    take: (studentId) => {
      // Several behaviours for one student follow each other in the order they were given.
      const entry = entries.get(studentId.toLowerCase())?.find(({ over }) => !over);
      if (entry === undefined) return undefined;
      entry.fired += 1;
      entry.over = entry.fired >= (entry.settings.times ?? Infinity);
      return entry;
    },
    healAll: () => {
      // Healing replaces a student's list; the one in hand stays as it is.
      for (const list of entries.values()) for (const entry of list) entry.heal();
    },
  };
};
