/** In a browser, calls `flush` when the page may be about to go; returns what stops that. */
export const onLeave = (flush: () => void): (() => void) => {
  // Typed as possibly absent: workers and servers have neither.
  const {document: page} = globalThis as {document?: Document};
  if (!page || typeof addEventListener !== 'function') return () => undefined;
  const onVisibilityChange = (): void => {
    if (page.visibilityState === 'hidden') flush();
  };
  addEventListener('pagehide', flush);
  page.addEventListener('visibilitychange', onVisibilityChange);
  return () => {
    removeEventListener('pagehide', flush);
    page.removeEventListener('visibilitychange', onVisibilityChange);
  };
};
