/** How a problem ends that came of a machine which is too busy: a second attempt at the same may well end otherwise. */
export const OVERLOADED = '(is the machine overloaded?)';
