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
const COMMAND_AT_START = /^(\s*):(?=:)/;
const COMMAND_ANYWHERE = /##(?=[\w-]*\[)/g;

const shown = (sign: string): string => {
  const code = sign.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Colour and movement of our own: an escape sequence that `presentable` lets through. Its text does not count as ours. */
export const ours = (sequence: string): string =>
  sequence.replaceAll('\u001B', OUR_ESCAPE).replaceAll('\r', OUR_RETURN);

/** A workflow command of our own (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
export const ourCommand = (rest: string): string => OUR_COMMAND + rest;

/** Control characters shown; line feeds and tabs stay. */
export const withoutControls = (text: string): string => text.replaceAll(UNSAFE, shown);

/** The same for a text that has to stay one line: its line feeds are shown too. */
export const oneLine = (text: string): string => withoutControls(text).replaceAll('\n', '\\n');

/** Whole lines, or a part of them that does not begin one. */
export const presentable = (text: string, beginsLine = true): string =>
  withoutControls(text)
    .split('\n')
    .map((line, i) => {
      const quiet = line.replaceAll(COMMAND_ANYWHERE, '#\\u0023');
      return i === 0 && !beginsLine ? quiet : quiet.replace(COMMAND_AT_START, '$1\\u003a');
    })
    .join('\n')
    .replaceAll(OUR_ESCAPE, '\u001B')
    .replaceAll(OUR_RETURN, '\r')
    .replaceAll(OUR_COMMAND, '::');
