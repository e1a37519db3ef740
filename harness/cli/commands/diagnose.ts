/** `faultline diagnose`: asks a live system about one payment, or about all, changes nothing, and says what is wrong and what repairs it. */
import type { Command } from '../context.ts';
import { diagnoseAll } from '../diagnose-all.ts';
import type { DiagnoseOptions } from '../diagnose-looking.ts';
import { diagnoseOne } from '../diagnose-one.ts';

export const diagnose: Command<[options: DiagnoseOptions]> = (context, options) =>
  options.all ? diagnoseAll(context, options) : diagnoseOne(context, options);
