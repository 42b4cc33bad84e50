// Typed as possibly absent: workers and servers have none.
const getPage = (): Document | undefined => (globalThis as {document?: Document}).document;

export const isPageHidden = (): boolean => getPage()?.visibilityState === 'hidden';

/** In a browser, calls `leave` when the page may be about to go; returns what stops that. */
export const onLeave = (leave: () => void): (() => void) => {
  const page = getPage();
  if (!page || typeof addEventListener !== 'function') return () => undefined;
  const onVisibilityChange = (): void => {
    if (isPageHidden()) leave();
  };
  addEventListener('pagehide', leave);
  page.addEventListener('visibilitychange', onVisibilityChange);
  return () => {
    removeEventListener('pagehide', leave);
    page.removeEventListener('visibilitychange', onVisibilityChange);
  };
};
