/** Consumer groups as the harness handles them, over one persistent raw connection. */
import type { GroupMember, Offsets } from '../../history/events.ts';

export interface GroupAdmin {
  describe(group: string): Promise<{ readonly state: string; readonly members: readonly GroupMember[] }>;
  /** Removes a member at once; one that is unknown already counts as removed. */
  leave(group: string, memberId: string): Promise<void>;
  /** Commits the topic's end offsets, so that nothing from before is read and nothing from now on is missed. */
  commitEnds(group: string, topic: string): Promise<void>;
  commitBeginning(group: string, topic: string): Promise<void>;
  /** Committed offsets of the group for the topic; partitions without one are left out. */
  committed(group: string, topic: string): Promise<Readonly<Record<number, number>>>;
  ends(topics: readonly string[]): Promise<Offsets>;
}
