/** The declared calls for workers that leave optional fields out: each pact says what its own workers send. */
import type { CallDeclaration } from '../../pipeline/pacts.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Who can exercise each declaration when the worker's requests are like this one, of whose fields these are optional. Requests that no worker sends
 * stay with the plain client; of those about optional fields the worker exercises the one with just its own, the client
 * the others; the rest has the worker's own fields.
 */
export const asSent = (
  declarations: readonly CallDeclaration[],
  optional: readonly string[],
  request: Fields,
): readonly CallDeclaration[] => {
  const optionalIn = (fields: Fields): readonly string[] => optional.filter((name) => Object.hasOwn(fields, name));
  const sent = optionalIn(request);
  return declarations.map((declaration): CallDeclaration => {
    if (declaration.aboutOptional === true) {
      const same = optionalIn(declaration.request).join() === sent.join();
      return { ...declaration, exercisedBy: same ? 'worker' : 'client' };
    }
    if (declaration.exercisedBy === 'client') return declaration;
    const kept = Object.entries(declaration.request).filter(
      ([name]) => !optional.includes(name) || sent.includes(name),
    );
    return { ...declaration, request: Object.fromEntries(kept) };
  });
};
