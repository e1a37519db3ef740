/** Kinds of names, as declarations give them. */

/** The part a worker plays: a stage. */
export type WorkerRole = string;

export type Topic = string;

/** A type of event that travels over Kafka. */
export type EventType = string;

/** A table whose changes are recorded. */
export type Table = string;

/** What a worker reaches, through a relay and a Toxiproxy proxy of its own: Kafka, PostgreSQL, a service. */
export type Upstream = string;
