/** What a program that Faultline starts gets of Faultline's own environment. */

type Variables = Readonly<Record<string, string | undefined>>;

/** Ours: addresses, credentials and options of this run, of the cluster it joined and of the broker of contracts. */
const OURS = /^(FAULTLINE|PACT_BROKER)_/i;

/** The variable by which an environment's programs are known: a file of theirs in its runtime folder. */
export const PART_MARK = 'FAULTLINE_PART';

/** Everything but what is Faultline's alone. What a program shall have of that it is given by name. */
export const childEnvironment = (env: Variables): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || OURS.test(name) ? [] : [[name, value]])),
  );
