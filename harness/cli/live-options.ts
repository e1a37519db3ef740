/** Options that say where something of a live system is seen; each may be given again. */
import { Option } from '@commander-js/extra-typings';
import { collect } from './values.ts';

export const callsOption = (description: string) =>
  new Option('--calls <name=log>', description)
    .argParser(collect<string>)
    .default([] as readonly string[], 'live.services');

export const workersOption = (description: string) =>
  new Option('--workers <role=where>', description)
    .argParser(collect<string>)
    .default([] as readonly string[], 'live.workers');
