/** What each edition of the workers does otherwise. The first ones are right designs, the others have one defect each. */
export const editions = {
  /** Events go through the inbox. */
  right: [],
  /** Events are worked on at once, and a row of the inbox only says that they are done. */
  direct: ['without-inbox'],

  /** An event is marked as done before anything is done for it. */
  'marks-first': ['marks-first'],
  /** The dispatcher tells of a parcel before that has left. */
  'tells-first': ['tells-first'],
  /** The planner tells of a shipment with its two ids exchanged. */
  'tells-another': ['tells-another'],
  /** What fails is taken for done. */
  swallows: ['swallows'],
  /** What is no event of the shop is given up twice. */
  'gives-up-twice': ['gives-up-twice'],
};
