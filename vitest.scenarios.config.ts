/** `npx vitest run --config vitest.scenarios.config.ts`: the scenarios as vitest tests, after `npm run build`. */
import { defineConfig } from 'vitest/config';
import { faultlineVitestConfig } from './dist/harness/runner/vitest-config.js';

export default defineConfig(faultlineVitestConfig(['dist/scenarios/*.js']));
