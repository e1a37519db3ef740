/** How far groups are behind, and whether they move: shown, and no accusation by itself. */
import { count } from '../history/names.ts';
import { valueOf } from './snapshot.ts';
import type { Look, Snapshot } from './snapshot.ts';
import { positionsIn } from './positions.ts';
import type { Position } from './positions.ts';

const lagOf = ({ offset, end = offset }: Position): number => Math.max(0, end - offset);

const same = (one: Position, other: Position): boolean =>
  one.group === other.group && one.topic === other.topic && one.partition === other.partition;

/** A group that has nothing to read is not stuck, nor one that moves, nor one that was moved back. */
const trendOf = (position: Position, before: Look | undefined, seconds: number): string => {
  const was = before === undefined ? undefined : positionsIn(before).find((one) => same(one, position));
  if (lagOf(position) === 0) return 'nothing is left to read';
  if (was === undefined) return `${lagOf(position)} to read`;
  if (was.offset > position.offset) return `${lagOf(position)} to read; it was moved back from ${was.offset}`;
  if (was.offset < position.offset) return `${lagOf(position)} to read, and it moves (it was at ${was.offset})`;
  return `${lagOf(position)} to read, and it did not move in ${seconds} s`;
};

/** Lines about where the group stands. */
export const standingOf = ({ looks: [first, last] }: Snapshot, group: string): readonly string[] => {
  const look = last ?? first;
  const told = look.groups[group];
  if (told === undefined || 'why' in told) return [];
  const seconds = Math.round((look.at - first.at) / 1000);
  const positions = positionsIn(look).filter((one) => one.group === group);
  const { state, members } = told.value;
  if (positions.length === 0 && valueOf(look.topics) !== undefined)
    return [
      `${group} (${state === 'Dead' ? 'no such group' : state}, ${count(members.length, 'member')}) has committed no offset`,
    ];
  return positions.map((one) => {
    const where = `${group} at ${one.offset} of ${one.topic}-${one.partition}`;
    return one.end !== undefined && one.offset > one.end
      ? `${where}, which ends at ${one.end}: the topic was made anew, or lost records`
      : `${where}: ${trendOf(one, last === undefined ? undefined : first, seconds)}`;
  });
};
