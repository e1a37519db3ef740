/** What the stable ids mean. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PageIndex } from '../../harness/report/data.ts';
import { Text } from './parts.tsx';

export const CodesPage = ({
  index,
  code,
}: {
  readonly index: PageIndex;
  readonly code: string | undefined;
}): JSX.Element => {
  useEffect(() => {
    if (code !== undefined) document.getElementById(`code-${code}`)?.scrollIntoView({ block: 'center' });
  }, [code]);
  return (
    <main class="index">
      <header class="hero">
        <h1>What the ids mean</h1>
        <p class="muted">An id stays the same in every version, run and language.</p>
      </header>
      <dl class="codes">
        {index.codes.map((entry) => (
          <div key={entry.code} id={`code-${entry.code}`} class={entry.code === code ? 'meant' : ''}>
            <dt>
              <span class="code">{entry.code}</span> <strong>{entry.id}</strong> <span class="muted">{entry.kind}</span>
            </dt>
            <dd>
              <Text>{entry.meaning}</Text>
            </dd>
          </div>
        ))}
      </dl>
    </main>
  );
};
