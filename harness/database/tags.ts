/** Names under which the harness and its recorder meet in the database. */

/** The publication that the recorder subscribes to. */
export const PUBLICATION = 'faultline';

/** Prefix of the logical message that tags a transaction with its writer (docs/concepts.md). */
export const WRITER_PREFIX = 'faultline';

/** Prefix of the logical message that a barrier sends through the stream. */
export const BARRIER_PREFIX = 'faultline-barrier';
