/** The log of web servers: `host ident user [time] "METHOD /path HTTP/1.1" status size …`. */
import type { Pipeline } from '../../pipeline/queries.ts';
import { instantOf } from './instant.ts';
import { targetIn } from './logged.ts';
import type { LoggedLine } from './logged.ts';

const LINE = /^\S+ [^[]{1,500}\[([^\]]{1,64})\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: |$)/;
const REQUEST = /^([A-Za-z]{1,20}) (\S+)(?: HTTP\/[\d.]+)?$/;

/** What came over a connection and was no request is one of nobody. */
export const commonLine = (pipeline: Pipeline, line: string): LoggedLine => {
  const [whole, time, request = '', status = ''] = LINE.exec(line) ?? [];
  if (whole === undefined) return { kind: 'unfit' };
  const at = instantOf(time);
  const [, method, target = ''] = REQUEST.exec(request) ?? [];
  if (method === undefined) return { kind: 'other', at };
  const { path, json } = targetIn(pipeline, target);
  return { kind: 'request', at, method, path, status: status === '-' ? undefined : Number(status), headers: {}, json };
};
