/**
 * The pipeline that Faultline ships: the default of a configuration that names none, what histories of before it was
 * recorded are judged by, and whose reference workers a configuration has.
 */
import { declaration } from '../../pipelines/purchase-to-trainer/declaration.ts';
import type { VocabularyOf } from './vocabulary.ts';

export const shippedPipeline = declaration;

type Shipped = typeof shippedPipeline;

/** What its scenarios may name. */
export type ShippedVocabulary = VocabularyOf<Shipped>;

export type EventType = ShippedVocabulary['event'];
export type Topic = ShippedVocabulary['topic'];
export type WorkerRole = ShippedVocabulary['worker'];
/** The tables whose changes are recorded. */
export type Table = ShippedVocabulary['table'] | Shipped['furtherTables'][number];
export type Upstream = ShippedVocabulary['upstream'];
