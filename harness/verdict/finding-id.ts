/**
 * Names of findings: the same defect has the same name in every run, scenario and seed. `rule/worker/shape`, the worker where one
 * is known; where a finding has no shape, its sentence without ids, numbers and names of payments stands for it.
 */
import { createHash } from 'node:crypto';
import type { Finding } from '../history/verdict.ts';

/** Longer ones are cut, with a mark of what was cut. */
const LONGEST = 64;

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/** `ada (payment 1fa90c93)`: whose it is changes from trial to trial. */
const PAYMENT = /\S+ \(payment [^)]*\)/g;

/** The position in `purchase-created-2@0`; the topic stays. */
const POSITION = /-\d+@\d+/g;

/** What has a digit in it is an id or a number, unless it is a name with a word before its number. */
const NUMBERED = /\b(?=[\w.-]*\d)[\w.-]+\b/g;

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

const withoutIds = (message: string, subject: string | undefined): string => {
  const names = subject === undefined ? [] : [subject];
  const plain = message
    .replaceAll(PAYMENT, ' ')
    .replaceAll(UUID, ' ')
    .replaceAll(POSITION, '')
    .replaceAll(NUMBERED, ' ');
  return plain
    .split(/\s+/)
    .filter((word) => !names.includes(word.replaceAll(/[^\w-]/g, '')))
    .join(' ');
};

/** A readable name of a sentence, the same for every payment, id and number in it. */
export const shapeOfSentence = (message: string, subject?: string): string => {
  const slug = slugOf(withoutIds(message, subject));
  if (slug.length <= LONGEST) return slug === '' ? 'unnamed' : slug;
  const cut = slug.slice(0, LONGEST).replace(/-[^-]*$/, '');
  return `${cut}-${createHash('sha256').update(slug).digest('hex').slice(0, 4)}`;
};

/** The parts of a finding's id, each without a slash. */
export const idOf = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part === '' ? [] : [part.replaceAll('/', '-')])).join('/');

/** Of what an invariant found. */
export const idOfFinding = (invariant: string, finding: Finding): string =>
  idOf(invariant, finding.worker, finding.shape ?? shapeOfSentence(finding.message, finding.subject));
