/** Whether this process could do nothing just now, and for how long: asked at the moment of a read, not afterwards. */

const LOOK_EVERY_MS = 20;

/** Shorter ones belong to a busy machine. */
const LEAST_MS = 20;

/**
 * ms for which nothing was done before what is done now: 0 where the event loop went on. One for the whole process. The timer that
 * notices it runs before what waited to be read, and an immediate of the same turn after it.
 */
export const watchStandstills = (now: () => number = () => performance.now()): (() => number) => {
  let looked = now();
  /** Of this turn. */
  let stood = 0;
  const sinceLook = (): number => now() - looked - LOOK_EVERY_MS;
  const timer = setInterval(() => {
    stood = sinceLook();
    looked = now();
    setImmediate(() => void (stood = 0));
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    const ms = Math.max(stood, sinceLook());
    return ms < LEAST_MS ? 0 : ms;
  };
};
