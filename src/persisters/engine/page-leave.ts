// Typed as possibly absent: workers and servers have none.
const getPage = (): Document | undefined => (globalThis as {document?: Document}).document;

export const isPageHidden = (): boolean => getPage()?.visibilityState === 'hidden';

/**
 * In a browser, calls `leave` when the page may be about to go; returns what stops that.
 * @param leave Is told whether the page goes now, rather than that it is hidden.
 */
export const onLeave = (leave: (isGoing: boolean) => void): (() => void) => {
  const page = getPage();
  if (!page || typeof addEventListener !== 'function') return () => undefined;
  const onVisibilityChange = (): void => {
    if (isPageHidden()) leave(false);
  };
  const onPageHide = (): void => leave(true);
  addEventListener('pagehide', onPageHide);
  page.addEventListener('visibilitychange', onVisibilityChange);
  return () => {
    removeEventListener('pagehide', onPageHide);
    page.removeEventListener('visibilitychange', onVisibilityChange);
  };
};
