/**
 * Right designs that do it differently are never accused. Each plays healthy and the scenarios it was once accused in; every
 * one through every scenario, also on a busy machine: npm run bench:controls.
 */
import { describe, test } from 'vitest';
import { CONTROLS } from '../../fixtures/controls/catalogue.ts';
import { useFixtures } from '../support/fixture-runs.ts';

const fixtures = useFixtures();

describe.concurrent('controls', () => {
  const controls = CONTROLS.filter(({ nightly }) => nightly !== true || process.env['FAULTLINE_NIGHTLY'] === '1');
  test.for(controls)('$name passes', { timeout: 900_000 }, async (control) => {
    const scenarios = ['healthy', ...control.scenarios];
    const { rows, said } = await fixtures.play(control, scenarios);
    const others = rows.filter(({ verdict }) => verdict !== 'passed').map(({ name, verdict }) => `${name}: ${verdict}`);
    if (others.length > 0 || rows.length !== scenarios.length)
      throw new Error(`${control.name}: ${others.join(', ')} of ${rows.length}/${scenarios.length}\n${said}`);
  });
});
