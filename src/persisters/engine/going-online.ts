/** In a browser, calls `onOnline` when it has a network again; returns what stops that. */
export const whenOnline = (onOnline: () => void): (() => void) => {
  // Typed as possibly absent: Node has no such events.
  const {addEventListener, removeEventListener} = globalThis as Partial<typeof globalThis>;
  addEventListener?.('online', onOnline);
  return () => removeEventListener?.('online', onOnline);
};

/** Whether the host is certain that it has no network; `false` where it cannot tell. */
export const isOffline = (): boolean =>
  (globalThis as {navigator?: {onLine?: boolean}}).navigator?.onLine === false;
