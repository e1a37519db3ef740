/** Is the page being printed? */
import { useEffect, useState } from 'preact/hooks';

export const usePrinting = (): boolean => {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const print = matchMedia('print');
    const changed = (): void => setPrinting(print.matches);
    print.addEventListener('change', changed);
    return () => print.removeEventListener('change', changed);
  }, []);
  return printing;
};
