import type { Page } from 'playwright-core';

/**
 * When the first words were painted, in ms after the page was asked for. The browser tells of it some time after they
 * stand in the document.
 */
export const firstContentfulPaint = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const [entry] = list.getEntriesByName('first-contentful-paint');
          if (entry !== undefined) resolve(entry.startTime);
          // Node’s types know only what Node measures.
        }).observe({ type: 'paint' as 'mark', buffered: true });
      }),
  );
