/** Runs `test` with an event target in the place of a browser's `window`. */
export const withPageEvents = async (test: (page: EventTarget) => Promise<void>): Promise<void> => {
  const page = new EventTarget();
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  });
  try {
    await test(page);
  } finally {
    Reflect.deleteProperty(globalThis, 'addEventListener');
    Reflect.deleteProperty(globalThis, 'removeEventListener');
  }
};
