/** One line of what `faultline doctor` found. */
export interface DoctorItem {
  readonly name: string;
  /** `not-set-up`: the next run makes it; `optional`: missing, and nothing needs it now. */
  readonly state: 'there' | 'not-set-up' | 'missing' | 'optional';
  /** Version or place, when it is there; what is the matter, when it is not. */
  readonly detail: string;
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy?: string;
}
