/** What was read of a live system, as it was answered: data, from which a history is made. */
import type { GroupMember, NewEvent, Offsets, Subject } from '../history/events.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { LoggedRequest } from './calls/logged.ts';

/** What was answered, or why nothing was. */
export type Told<T> = { readonly value: T } | { readonly why: string };

export interface PartitionSeen {
  readonly partition: number;
  /** The first offset that was left when reading began; 0: retention had taken nothing away. */
  readonly first: number;
  /** Present where more is left before that, which was not to be read. */
  readonly skipped?: true;
  /** The next offset to be written, as a reader of committed records sees it. */
  readonly end: number;
  /** Since when there is something, ms since the epoch: the latest time of the first few records. Absent: not known. */
  readonly since?: number;
  /** The first offset at which there is no record any more, though there are later ones: the topic is compacted. Absent: none. */
  readonly hole?: number;
  /** The next offset to be written, where it is past `end`: what lies between is of transactions that are not over. */
  readonly written?: number;
  /** The latest time at which the broker says to have written a record that was read, ms since the epoch; absent: it says none. */
  readonly writtenAt?: number;
}

export interface TopicsSeen {
  /** Those of the pipeline's that exist. */
  readonly there: readonly { readonly name: string; readonly partitions: readonly PartitionSeen[] }[];
  /** Those that the broker said do not exist. */
  readonly missing: readonly string[];
  /** Those of which nothing was learnt, with why. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Records that name an id of the payment, written since the look before. */
  readonly records: readonly NewEvent<'kafka.record'>[];
  /** What could not be read as of this look, this one and those before it together, of topics that a worker reads. */
  readonly unread: readonly string[];
  /** When reading had ended, by our own clock, ms since the epoch. Absent in what was read before it was noted. */
  readonly readBy?: number;
}

export interface GroupSeen {
  /** As Kafka calls it: 'Stable', 'Empty', 'Dead'. */
  readonly state: string;
  /** `topics` only where what they subscribe to is known. */
  readonly members: readonly GroupMember[];
  readonly committed: Offsets;
}

/** A row's columns, timestamps as ISO strings, json parsed. */
export type RowSeen = Readonly<Record<string, unknown>>;

/** Another host's clock beside ours, asked once: it may be off by half the time that the answer took. */
export interface ClockMeasured {
  /** Negative: it is behind. */
  readonly aheadMs: number;
  readonly withinMs: number;
}

export interface RowsSeen {
  /** By table, in an order in which what a row refers to comes before it. */
  readonly tables: readonly { readonly table: string; readonly rows: Told<readonly RowSeen[]> }[];
  /** The server's clock, ms since the epoch. */
  readonly now: number;
  /** How it differs from ours. Absent: it was not measured. */
  readonly clock?: ClockMeasured;
  /** Present where the server only follows another one, and may be behind it. */
  readonly standby?: true;
}

/** A request for a service's operation, as its log tells of it. */
export type CallSeen = Pick<LoggedRequest, 'method' | 'path' | 'headers' | 'json'> & {
  /** By the clock of who wrote the log, ms since the epoch; absent: not known. */
  readonly at?: number;
  /** Absent: not known. */
  readonly status?: number;
  /** It names the payment itself, and not only its student and course. */
  readonly byId?: true;
};

/** One of the files or outputs that a log consists of: of each pod its own. */
export interface LogPart {
  readonly name: string;
  readonly lines: number;
  /** When its first and its last line were written, as they say, ms since the epoch; absent: none says it. */
  readonly since?: number;
  readonly until?: number;
  /** When there was last a line that is not of the format, at the latest; absent: there was none, `null`: nothing was written since. */
  readonly unfit?: number | null;
}

export interface LogSeen {
  /** Where it was read, in words: `docker logs admin`. */
  readonly where: string;
  /** For a person to type, to see the same lines; what begins with `#` is said. */
  readonly asked: string;
  readonly parts: readonly LogPart[];
  /** When reading had ended, by our own clock, ms since the epoch. Absent: it was not noted. */
  readonly readAt?: number;
  /** Requests for the operation, whosever they are. */
  readonly requests: number;
  /** The latest of those that name the payment, or its student and course. */
  readonly own: readonly CallSeen[];
  /** The latest of those that do not say whose they are. */
  readonly strays: readonly CallSeen[];
  /** How many lines are not of the format, and which is the first of them. */
  readonly unfit: { readonly lines: number; readonly first?: number };
  /** Why it was not read whole. */
  readonly lacking: readonly string[];
}

/** A worker's processes, wherever they are. */
export interface WorkerSighting {
  readonly state: 'running' | 'stopped' | 'absent';
  /** In words: `2 processes of this machine`, `no pod fits app=worker`. */
  readonly detail: string;
  /** For how long the latest of those that run has, ms; absent: not known. */
  readonly forMs?: number;
}

export interface WorkerLooked {
  /** Where it was looked for, in words: `docker inspect worker`. */
  readonly where: string;
  /** For a person to type. */
  readonly asked: string;
  readonly seen: Told<WorkerSighting>;
}

/** All that was asked at about one moment. */
export interface Look {
  /** Monotonic ms. */
  readonly at: number;
  readonly topics: Told<TopicsSeen>;
  /** By group. */
  readonly groups: Readonly<Record<string, Told<GroupSeen>>>;
  readonly rows: Told<RowsSeen>;
  /** By service, of those whose log somebody named. Left out: nobody did. */
  readonly calls?: Readonly<Record<string, Told<LogSeen>>>;
  /** By role, of those of which somebody said where they run. Left out: nobody did. */
  readonly workers?: Readonly<Record<string, WorkerLooked>>;
}

export interface Snapshot {
  readonly pipeline: PipelineDeclaration;
  /** The payment that it is about, with what was found out of whose it is. */
  readonly subject: Subject;
  /** What its own row says of when it was, where there is such a table. */
  readonly ownRows?: readonly RowSeen[];
  readonly clocks: { readonly wall: number; readonly monotonic: number };
  readonly looks: readonly [Look, ...Look[]];
}

export const valueOf = <T>(told: Told<T>): T | undefined => ('value' in told ? told.value : undefined);

/** The look that it is judged by. */
export const latest = ({ looks: [first, ...others] }: Snapshot): Look => others.at(-1) ?? first;
