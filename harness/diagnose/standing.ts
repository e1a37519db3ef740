/** How far groups are behind, and whether they move: shown, and no accusation by itself. */
import { liveReading } from '../history/completeness.ts';
import type { GroupMember, LivePosition } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { count } from '../history/names.ts';

/** As a coordinator calls a group that it does not know. */
export const NO_GROUP = 'Dead';

/** A group that has nothing to read is not stuck, nor one that moves, nor one that was moved back. */
const trendOf = ({ offset, was, end, first = 0 }: LivePosition, seconds: number): string => {
  if (end === undefined) return 'how much is left to read is not known';
  const lag = Math.max(0, end - Math.max(offset, first));
  if (lag === 0) return 'nothing is left to read';
  if (was === undefined) return `${lag} to read`;
  if (was > offset) return `${lag} to read; it was moved back from ${was}`;
  if (was < offset) return `${lag} to read, and it moves (it was at ${was})`;
  return `${lag} to read, and it did not move in ${seconds} s`;
};

/** What retention took before the group had read it. */
const goneFrom = ({ offset, first = 0 }: LivePosition): string =>
  first > offset ? `; ${count(first - offset, 'record')} that it had not read are gone (retention)` : '';

const lineOf = (one: LivePosition, seconds: number): string => {
  const where = `${one.group} at ${one.offset} of ${one.topic}-${one.partition}`;
  return one.end !== undefined && one.offset > one.end
    ? `${where}, which ends at ${one.end}: the topic was made anew, or lost records`
    : `${where}: ${trendOf(one, seconds)}${goneFrom(one)}`;
};

/** Members that have nothing to read; there are more of them than partitions, or they read something else. */
const idleLine = (group: string, members: readonly GroupMember[]): readonly string[] => {
  const idle = members.filter(({ assigned }) => assigned === 0).length;
  return idle === 0 ? [] : [`${group}: ${count(members.length, 'member')}, ${idle} of them without a partition`];
};

/** Lines about where the group stands; none where nothing is known of it. */
export const standingOf = (history: History, group: string): readonly string[] => {
  const described = history.of('offsets.group-described').findLast((one) => one.group === group);
  const reading = liveReading(history);
  if (described === undefined || reading === undefined) return [];
  const own = reading.positions.filter((one) => one.group === group);
  const { state, members } = described;
  const inWords = state === NO_GROUP ? 'no such group' : state;
  const lines =
    own.length === 0
      ? [`${group} (${inWords}, ${count(members.length, 'member')}) has committed no offset`]
      : own.map((one) => lineOf(one, Math.round(reading.apartMs / 1000)));
  return [...lines, ...idleLine(group, members)];
};
