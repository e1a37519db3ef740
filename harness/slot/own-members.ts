/** Which group members this run started: every member id that ever passed a relay of its workers. */
import type { Names } from '../pipeline/names.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';

/** Member ids by group, the latest last. */
export type MembersByGroup = ReadonlyMap<string, readonly string[]>;

export interface OwnMembers {
  /** From now on the worker's relay is asked. */
  watch(role: WorkerRole, relay: () => MembersByGroup): void;
  /** What the worker's relay has seen, by the groups' real names. */
  of(role: WorkerRole): MembersByGroup;
  has(memberId: string): boolean;
  /** Groups in which there was one, by their real names. */
  groups(): ReadonlySet<string>;
}

/** By the groups' real names; what is somebody else's is left out. */
export const byRealGroups = (names: Names, members: MembersByGroup): MembersByGroup =>
  new Map(
    [...members].flatMap(([group, own]) => {
      const real = names.real(group);
      return real === undefined ? [] : [[real, own] as const];
    }),
  );

export const createOwnMembers = (names: Names): OwnMembers => {
  const relays = new Map<WorkerRole, () => MembersByGroup>();
  const ids = new Set<string>();
  const groups = new Set<string>();

  const note = (role: WorkerRole): MembersByGroup => {
    const seen = relays.get(role)?.() ?? new Map<string, readonly string[]>();
    for (const [group, own] of seen) {
      const real = names.real(group);
      if (real !== undefined) groups.add(real);
      for (const id of own) ids.add(id);
    }
    return seen;
  };
  const noteAll = (): void => {
    for (const role of relays.keys()) note(role);
  };

  return {
    watch: (role, relay) => void relays.set(role, relay),
    of: (role) => byRealGroups(names, note(role)),
    has: (memberId) => {
      noteAll();
      return ids.has(memberId);
    },
    groups: () => {
      noteAll();
      return groups;
    },
  };
};
