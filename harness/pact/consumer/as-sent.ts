/** The declared calls for workers that leave optional fields out: each pact says what its own workers send. */
import { OPTIONAL_FIELDS } from './auto-assign.ts';
import type { HttpDeclaration } from './auto-assign.ts';

type Fields = Readonly<Record<string, unknown>>;

const optionalIn = (request: Fields): readonly string[] =>
  OPTIONAL_FIELDS.filter((name) => Object.hasOwn(request, name));

/**
 * Who can exercise each declaration when the worker's requests have these optional fields. Requests that no worker sends
 * stay with the plain client; of those about optional fields the worker exercises the one with just its own, the client
 * the others; the rest has the worker's own fields.
 */
export const asSent = (declarations: readonly HttpDeclaration[], request: Fields): readonly HttpDeclaration[] => {
  const sent = optionalIn(request);
  return declarations.map((declaration): HttpDeclaration => {
    if (declaration.aboutOptional === true) {
      const same = optionalIn(declaration.request).join() === sent.join();
      return { ...declaration, exercisedBy: same ? 'worker' : 'client' };
    }
    if (declaration.exercisedBy === 'client') return declaration;
    const kept = Object.entries(declaration.request).filter(
      ([name]) => !OPTIONAL_FIELDS.includes(name) || sent.includes(name),
    );
    return { ...declaration, request: Object.fromEntries(kept) };
  });
};
