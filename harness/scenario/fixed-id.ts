/** Ids that a scenario fixes: each must look as its pipeline's ids do. */
import { z } from 'zod';
import type { IdKind } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';

interface Look {
  readonly fits: (id: string) => boolean;
  readonly says: string;
}

const LOOKS: Readonly<Record<IdKind, Look>> = {
  // PostgreSQL gives them back in lower case, and ids are compared as texts.
  uuid: {
    fits: (id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id),
    says: 'must be a lower-case UUID, such as 1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
  },
  // It travels in headers and paths as well.
  text: { fits: (id) => /^[!-~]+$/.test(id), says: 'must be a text of ASCII without blanks, such as A-20471-b' },
  number: {
    fits: (id) => /^[1-9]\d*$/.test(id) && Number.isSafeInteger(Number(id)),
    says: 'must be a whole number, such as 530187411',
  },
};

/**
 * A shorter one, or one of letters alone, is found in no line of a worker's log, and is other things' number too: what another trial
 * left would be taken for this one's.
 */
const isTelling = (id: string): boolean => id.length >= 8 && id.length <= 64 && /\d/.test(id);

const NOT_TELLING = 'must have 8 to 64 characters and a digit among them, so that it is known again wherever it stands';

const fixedOf = (kinds: readonly IdKind[], whose: string): z.ZodType<string | number> => {
  const [first, ...others] = kinds.map((kind) => LOOKS[kind].says);
  const says = [first, ...others.map((other) => other.replace('must be ', ''))].join(', or ') + whose;
  return z
    .union([z.string(says), z.number(says)], says)
    .refine((id) => kinds.some((kind) => (kind === 'number' || typeof id === 'string') && LOOKS[kind].fits(`${id}`)), {
      error: says,
      abort: true,
    });
};

/** The schema of `ids`; undefined: of whichever pipeline. */
export const fixedIdsOf = (pipeline: Pipeline | undefined) => {
  const of = ({ drawn = 'uuid' }: { readonly drawn?: IdKind } = {}, called = ''): z.ZodType<string | number> =>
    (pipeline === undefined
      ? fixedOf(['uuid', 'text', 'number'], '')
      : fixedOf([drawn], `: it is the ${called}'s id`)
    ).refine((id) => isTelling(String(id)), NOT_TELLING);
  const [student, course] = pipeline?.pair ?? [];
  return z.strictObject({
    paymentId: of(pipeline?.subject, pipeline?.subject.called),
    studentId: of(student, pipeline?.pairCalled[0]),
    courseId: of(course, pipeline?.pairCalled[1]),
  });
};
