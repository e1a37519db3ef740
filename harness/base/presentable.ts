/**
 * Text that may come from anybody, made safe where it leaves for a terminal or for a file that people read: control
 * characters are shown (`\u001b`), invisible ones that change how a line reads too, and no line can be taken for a command
 * of the CI service that shows it. What Faultline itself wants a terminal to do is marked with a word that nobody knows.
 */
import { randomBytes } from 'node:crypto';

/** Stands for the escape character where it is ours. */
const OUR_ESCAPE = `<${randomBytes(12).toString('hex')}>`;
/** Stands for the carriage return where it is ours. */
const OUR_RETURN = `<${randomBytes(12).toString('hex')}>`;
/** Stands for the two colons that begin a workflow command where it is ours. */
const OUR_COMMAND = `<${randomBytes(12).toString('hex')}>`;

/** C0 and C1 but tab and line feed, separators of lines, what changes the direction or hides, tags, halves of surrogate pairs. */
const UNSAFE =
  /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|\p{Surrogate}/gu;

/** Where GitHub and Azure look for commands: the first is read behind white space too, the second anywhere in a line. */
const COMMAND_AT_START = /^(\s*:):/;
const COMMAND_ANYWHERE = /(##[\w-]*)\[/g;

/** As JSON writes it, so that a document stays one. */
const shown = (sign: string): string =>
  [...Array(sign.length).keys()].map((i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** Colour and movement of our own: an escape sequence that `presentable` lets through. Its text does not count as ours. */
export const ours = (sequence: string): string =>
  sequence.replaceAll('\u001B', OUR_ESCAPE).replaceAll('\r', OUR_RETURN);

/** A workflow command of our own (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
export const ourCommand = (rest: string): string => OUR_COMMAND + rest;

/** Control characters shown; line feeds and tabs stay. */
export const withoutControls = (text: string): string => text.replaceAll(UNSAFE, shown);

/** The same for a text that has to stay one line: its line feeds are shown too. */
export const oneLine = (text: string): string => withoutControls(text).replaceAll('\n', '\\n');

/** One line; of what makes a command its last character is shown, so that what was written before it stays as it is. */
const quietLine = (line: string): string =>
  line.replaceAll(COMMAND_ANYWHERE, '$1\\u005b').replace(COMMAND_AT_START, '$1\\u003a');

/** `before`: what stands in the line already, as it was given. */
export const presentable = (text: string, before = ''): string => {
  const [first = '', ...others] = withoutControls(text).split('\n');
  const begun = withoutControls(before);
  return [quietLine(begun + first).slice(quietLine(begun).length), ...others.map(quietLine)]
    .join('\n')
    .replaceAll(OUR_ESCAPE, '\u001B')
    .replaceAll(OUR_RETURN, '\r')
    .replaceAll(OUR_COMMAND, '::');
};

/** A document for programs, which people look at as well: it says the same, and nothing in it acts on a terminal. */
export const jsonText = (value: unknown, indent?: number): string => presentable(JSON.stringify(value, null, indent));
