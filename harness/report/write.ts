/** Writes a report's page where it is to be. */
import { dirname } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { replaceFile } from '../base/replace-file.ts';
import { pageOf } from './collect.ts';
import type { Report } from './collect.ts';
import { packPage, readTemplate } from './pack.ts';

/** Errors: FaultlineError 'usage' where the template was not built. */
export const writeReport = (file: string, report: Report): void => {
  const page = packPage(pageOf(report), readTemplate());
  makeFolder(dirname(file));
  replaceFile(file, page);
};
