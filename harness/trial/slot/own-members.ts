/** Which group members this run started: every member id that ever passed a relay of its workers. */

export interface OwnMembers {
  /** Takes over what a relay has seen, by group. Gives the same. */
  note(members: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]>;
  has(memberId: string): boolean;
  /** Groups in which there was one. */
  groups(): readonly string[];
}

export const createOwnMembers = (): OwnMembers => {
  const ids = new Set<string>();
  const groups = new Set<string>();
  return {
    note: (members) => {
      for (const [group, own] of members) {
        groups.add(group);
        for (const id of own) ids.add(id);
      }
      return members;
    },
    has: (memberId) => ids.has(memberId),
    groups: () => [...groups],
  };
};
