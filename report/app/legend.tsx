/** What signs and lines mean, and the keys. */
import type { JSX } from 'preact';
import { LOOKS } from './drawing/signs.tsx';
import type { Sign } from '../../harness/report/view/words.ts';

const SHOWN: readonly (readonly [Sign, string])[] = [
  ['record', 'kafka'],
  ['record-harness', 'kafka'],
  ['offset', 'offsets'],
  ['commit', 'sql'],
  ['commit-harness', 'sql'],
  ['call', 'http'],
  ['answer', 'http'],
  ['no-answer', 'http'],
  ['log', 'process'],
  ['trouble', 'process'],
  ['exit', 'process'],
  ['fault', 'fault'],
];

const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'event by event'],
  ['→ ←', 'unfold, fold'],
  ['e', 'next evidence'],
  ['/', 'search; n for the next'],
  ['t', 'true time'],
  ['+ −', 'zoom'],
  ['l', 'logs'],
];

export const Legend = (): JSX.Element => (
  <details class="legend">
    <summary>signs and keys</summary>
    <div class="legend-body">
      {SHOWN.map(([sign, group]) => (
        <span key={sign}>
          <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
            <path d={LOOKS[sign].path} class={`sign g-${group} ${LOOKS[sign].hollow === true ? 'hollow' : 'solid'}`} />
          </svg>
          {LOOKS[sign].name}
        </span>
      ))}
      <span>
        <svg width="30" height="10" aria-hidden="true">
          <path d="M1 5H22" class="link proven" />
          <path d="M21 1L28 5L21 9Z" class="head" />
        </svg>
        proven order
      </span>
      <span>
        <svg width="30" height="10" aria-hidden="true">
          <path d="M1 5H29" class="link arrived" />
        </svg>
        arrived later, proves nothing
      </span>
      {KEYS.map(([key, meaning]) => (
        <span key={key}>
          <kbd>{key}</kbd> {meaning}
        </span>
      ))}
    </div>
  </details>
);
