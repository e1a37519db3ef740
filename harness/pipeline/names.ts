/**
 * What topics and groups are called on the broker. Everywhere in the harness they have their real names; on a cluster
 * that is shared they may have a prefix there, which is put before them and taken off at the edge, and nowhere else.
 */
export interface Names {
  /** As the broker knows it. */
  wire(real: string): string;
  /** The real name of what the broker knows; undefined when it lacks the prefix, and so is nobody's business. */
  real(wire: string): string | undefined;
}

/** Names under a prefix; without one both are the same. */
export const namesUnder = (prefix = ''): Names => ({
  wire: (real) => `${prefix}${real}`,
  real: (wire) => (wire.startsWith(prefix) ? wire.slice(prefix.length) : undefined),
});

/** On a broker of the run's own. */
export const REAL_NAMES = namesUnder();

/** A table by the broker's names, by real ones. What lacks the prefix is left out. */
export const byRealName = <T>(names: Names, table: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([wire, value]): (readonly [string, T])[] => {
      const real = names.real(wire);
      return real === undefined ? [] : [[real, value]];
    }),
  );

/** A table by real names, by the broker's. */
export const byWireName = <T>(names: Names, table: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(table).map(([real, value]) => [names.wire(real), value]));

/** How a topic is told of that lacks the prefix: it must not pass for the run's own, whose real name it may have. */
export const strayTopic = (wire: string): string => `${wire} without the prefix`;
