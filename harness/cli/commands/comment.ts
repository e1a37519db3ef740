/** `faultline comment <results>`: Markdown for a pull request, on standard output. Runs nothing, contacts nobody. */
import { EXIT } from '../../base/errors.ts';
import { commentText } from '../../reporters/comment.ts';
import { readCommentRun } from '../comment-results.ts';
import type { Command } from '../context.ts';
import { readBase } from '../../run/stored-results.ts';

export interface CommentOptions {
  readonly results: string;
  readonly against: string | undefined;
}

export const comment: Command<[CommentOptions]> = async ({ io }, { results, against }) => {
  const run = readCommentRun(io.cwd, results);
  const base = against === undefined ? undefined : readBase(io.cwd, against);
  io.stdout.write(commentText(run, base));
  return EXIT.ok;
};
