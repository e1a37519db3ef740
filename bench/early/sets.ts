/** Who is played with settling ended early and waited out, and where. */
import { CONTROLS } from '../../fixtures/controls/catalogue.ts';
import type { Fixture } from '../../fixtures/catalogue.ts';
import { MUTANTS } from '../../fixtures/mutants/catalogue.ts';

export interface PlayedSet extends Pick<Fixture, 'name' | 'config'> {
  /** Empty: all that apply. */
  readonly scenarios: readonly string[];
}

/** The checkout's own configuration has them. */
const EDITIONS: readonly PlayedSet[] = ['incident', 'report-fix', 'hardened'].map((name) => ({
  name,
  config: './faultline.config.ts',
  scenarios: [],
}));

const where = ({ config }: Fixture): Pick<Fixture, 'config'> => (config === undefined ? {} : { config });

/** The editions everywhere; right and wrong designs where they are played by the tests. */
export const SETS: readonly PlayedSet[] = [
  ...EDITIONS,
  ...MUTANTS.map((mutant) => ({
    name: mutant.name,
    ...where(mutant),
    scenarios: [...new Set(['healthy', ...mutant.found.map(({ scenario }) => scenario)])],
  })),
  ...CONTROLS.map((control) => ({
    name: control.name,
    ...where(control),
    scenarios: [...new Set(['healthy', ...control.scenarios])],
  })),
];
