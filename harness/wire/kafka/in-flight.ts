/** The requests of one connection that a broker will answer, and has not yet. */
import type { ApiName } from './apis.ts';

export interface Asked {
  readonly apiKey: number;
  /** Undefined: none that is known here. */
  readonly api: ApiName | undefined;
  readonly version: number;
  /** Present when the answer will name a member of this group. */
  readonly group: string | undefined;
}

export interface InFlight {
  /** Errors: Error when there are more than any client has. */
  add(correlationId: number, asked: Asked): void;
  has(correlationId: number): boolean;
  /** The request that this answers. A broker answers those of one number in their order. */
  answeredBy(correlationId: number): Asked | undefined;
}

/** Clients have five or so; what a connection's buffers hold is less than this. */
const MOST = 65_536;

export const createInFlight = (): InFlight => {
  const open = new Map<number, Asked[]>();
  let count = 0;
  return {
    add: (correlationId, asked) => {
      if (count >= MOST) throw new Error(`more than ${MOST} requests wait for their answers`);
      count += 1;
      const same = open.get(correlationId);
      if (same === undefined) open.set(correlationId, [asked]);
      else same.push(asked);
    },
    has: (correlationId) => open.has(correlationId),
    answeredBy: (correlationId) => {
      const same = open.get(correlationId);
      const first = same?.shift();
      if (first === undefined) return undefined;
      count -= 1;
      if (same?.length === 0) open.delete(correlationId);
      return first;
    },
  };
};
