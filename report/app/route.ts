/** Where the reader is, as the address says it: `#/trial/3/57`. So that the browser's own way back works, and a link can be shared. */
import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { readonly page: 'index' }
  | { readonly page: 'codes'; readonly code: string | undefined }
  | { readonly page: 'trial'; readonly trial: number; readonly seq: number | undefined };

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

export const readRoute = (hash: string): Route => {
  const [, page, first, second] = hash.split('/');
  const trial = number(first);
  if (page === 'trial' && trial !== undefined) return { page, trial, seq: number(second) };
  if (page === 'codes') return { page, code: first };
  return { page: 'index' };
};

export const hrefOf = (route: Route): string => {
  if (route.page === 'trial') return `#/trial/${route.trial}${route.seq === undefined ? '' : `/${route.seq}`}`;
  if (route.page === 'codes') return `#/codes${route.code === undefined ? '' : `/${route.code}`}`;
  return '#/';
};

export const useRoute = (): Route => {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const changed = (): void => setRoute(readRoute(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
};
