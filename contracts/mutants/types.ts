/** What a mutant is: one change to what a provider gives, which breaks its consumers or does not. */

/** Whether the change breaks the contract; a breaking one says which field has to be named. */
export type Kind =
  | {
      readonly kind: 'breaking';
      /** `$.data.id`, `status`, `header.content-type`; for events `key` and `header.eventId` as well. */
      readonly namedBy: string;
    }
  | { readonly kind: 'harmless' };

/** A row of the table. */
export interface Row {
  readonly kind: Kind['kind'];
  /** `answer`, or the event's topic. */
  readonly of: string;
  readonly name: string;
  /** Breaking: caught, and named by its field. Harmless: passed. */
  readonly right: boolean;
  /** The field it was named by, or what went wrong. */
  readonly detail: string;
}
