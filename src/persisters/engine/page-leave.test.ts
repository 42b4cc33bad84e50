// @vitest-environment happy-dom
import {afterEach, describe, expect, it, vi} from 'vitest';
import {onLeave} from './page-leave.ts';

const setVisibility = (state: DocumentVisibilityState): void => {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state});
  document.dispatchEvent(new Event('visibilitychange'));
};

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(document, 'visibilityState');
});

describe('onLeave', () => {
  it('flushes when the page is hidden, or about to go', () => {
    let flushes = 0;
    const stop = onLeave(() => flushes++);
    expect(flushes).toBe(0);
    setVisibility('hidden');
    expect(flushes).toBe(1);
    setVisibility('visible');
    expect(flushes).toBe(1);
    dispatchEvent(new Event('pagehide'));
    expect(flushes).toBe(2);
    stop();
  });

  it('no longer does so when it is stopped', () => {
    let flushes = 0;
    onLeave(() => flushes++)();
    setVisibility('hidden');
    dispatchEvent(new Event('pagehide'));
    expect(flushes).toBe(0);
  });

  it.each(['document', 'addEventListener'])('does nothing where there is no %s', (name) => {
    vi.stubGlobal(name, undefined);
    expect(() => onLeave(() => undefined)()).not.toThrow();
  });
});
