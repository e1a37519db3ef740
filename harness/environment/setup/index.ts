export { ensureSetup } from './setup.ts';
export type { Parts, SetupOptions, Variables } from './parts.ts';
