/** The columns of the drawing: a lane each; of several payments, a group of lanes each beside those they share. */
import type { Lane, LaneGroup } from './lanes.ts';
import { GROUP_TITLES } from './lanes.ts';
import type { View, ViewEvent } from './view.ts';

export interface Column {
  readonly id: string;
  readonly group: LaneGroup;
  readonly title: string;
  /** Over neighbours that belong together: the group's name, or the payment's. */
  readonly heading: string;
  /** The heading is a payment's. */
  readonly payment?: true;
}

export interface Columns {
  readonly columns: readonly Column[];
  /** Numbers of the columns that an event stands in. */
  readonly of: (event: Pick<ViewEvent, 'lanes' | 'subjects'>) => readonly number[];
  readonly ofLane: (lane: string) => number | undefined;
}

/** More payments than this share their lanes: a drawing has so much room. */
const MOST_PAYMENTS = 6;

const OWN_GROUPS: readonly LaneGroup[] = ['kafka', 'offsets', 'sql', 'http'];

const groupOf = (lane: string): LaneGroup => lane.slice(0, lane.indexOf(' ')) as LaneGroup;

const single = (lanes: readonly Lane[]): Columns => {
  const columns = lanes.map(({ id, group, title }): Column => ({ id, group, title, heading: GROUP_TITLES[group] }));
  const index = new Map(columns.map(({ id }, i) => [id, i]));
  return {
    columns,
    of: ({ lanes: own }) => own.flatMap((lane) => index.get(lane) ?? []),
    ofLane: (lane) => index.get(lane),
  };
};

export const columnsOf = (view: View, subject: string | undefined): Columns => {
  const { subjects, lanes } = view;
  if (subject !== undefined || subjects.length < 2 || subjects.length > MOST_PAYMENTS) return single(lanes);
  // Over the lanes of what nothing gives to one of them.
  const nobodys = `any ${view.history.pipeline.subject.called}`;
  const hasNobodys = view.events.some(
    ({ story, subjects: payments, lanes: own }) =>
      story && payments.length === 0 && own.some((lane) => OWN_GROUPS.includes(groupOf(lane))),
  );
  const shared = lanes.filter(({ group }) => !OWN_GROUPS.includes(group));
  const columns = [
    ...shared.map(({ id, group, title }): Column => ({ id, group, title, heading: GROUP_TITLES[group] })),
    ...[...subjects, ...(hasNobodys ? [nobodys] : [])].flatMap((name) =>
      OWN_GROUPS.map((group): Column => ({
        id: `${name} ${group}`,
        group,
        title: GROUP_TITLES[group],
        heading: name,
        payment: true,
      })),
    ),
  ];
  const index = new Map(columns.map(({ id }, i) => [id, i]));
  return {
    columns,
    of: ({ lanes: own, subjects: payments }) => [
      ...new Set(
        own.flatMap((lane) => {
          const group = groupOf(lane);
          if (!OWN_GROUPS.includes(group)) return index.get(lane) ?? [];
          const whose = payments.length === 0 ? [nobodys] : payments;
          return whose.flatMap((name) => index.get(`${name} ${group}`) ?? []);
        }),
      ),
    ],
    ofLane: (lane) => index.get(lane),
  };
};
