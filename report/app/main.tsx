/** The report's page: what is shown follows from the address. */
import './styles.css';
import { render } from 'preact';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PageIndex } from '../../harness/report/data.ts';
import { CodesPage } from './codes-page.tsx';
import { IndexPage } from './index-page.tsx';
import { loadIndex } from './load.ts';
import { hrefOf, useRoute } from './route.ts';
import { ThemeButton } from './theme.tsx';
import { TrialPage } from './trial-page.tsx';

const App = ({ index }: { readonly index: PageIndex }): JSX.Element => {
  const route = useRoute();
  const trial = route.page === 'trial' ? index.trials[route.trial] : undefined;
  useEffect(() => {
    document.title = trial === undefined ? 'Faultline report' : `${trial.label} · Faultline`;
    if (route.page !== 'trial' || route.seq === undefined) scrollTo(0, 0);
  }, [trial, route.page]);
  return (
    <>
      <nav class="top" aria-label="report">
        <a class="brand" href={hrefOf({ page: 'index' })}>
          <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <path
              d="M2 12h4l2.5-8 3 11 1.5-5H16"
              fill="none"
              stroke="currentColor"
              stroke-width="1.8"
              stroke-linejoin="round"
              stroke-linecap="round"
            />
          </svg>
          Faultline
        </a>
        {route.page !== 'index' && (
          <a class="crumb" href={hrefOf({ page: 'index' })}>
            ← all trials
          </a>
        )}
        <span class="spacer" />
        <a class="crumb" href={hrefOf({ page: 'codes', code: undefined })}>
          what the ids mean
        </a>
        <ThemeButton />
      </nav>
      {route.page === 'trial' && trial !== undefined ? (
        <TrialPage key={route.trial} trial={trial} number={route.trial} seq={route.seq} />
      ) : route.page === 'codes' ? (
        <CodesPage index={index} code={route.code} />
      ) : (
        <IndexPage index={index} />
      )}
    </>
  );
};

const root = document.getElementById('app');
if (root !== null)
  loadIndex().then(
    (index) => render(<App index={index} />, root),
    (error: unknown) => {
      root.textContent = `This report cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    },
  );
