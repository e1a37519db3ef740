/** Options that say where something of a live system is seen; each may be given again. */
import { Option } from '@commander-js/extra-typings';

const further = (one: string, before: readonly string[]): readonly string[] => [...before, one];

export const callsOption = (description: string) =>
  new Option('--calls <name=log>', description).argParser(further).default([] as readonly string[], 'live.services');

export const workersOption = (description: string) =>
  new Option('--workers <role=where>', description).argParser(further).default([] as readonly string[], 'live.workers');
