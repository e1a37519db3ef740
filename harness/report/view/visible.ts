/** Text of others as it can be shown: what would steer the direction of reading, or the page, is spelt out. */

/** Controls, and the marks that turn text around (U+202E and its kin); tabs and line breaks stay. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `\u202e` is shown as `⟨U+202E⟩`. */
export const visible = (text: string): string =>
  text.replaceAll(HIDDEN, (sign) => `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
