// @vitest-environment happy-dom
import {afterEach, describe, expect, it, vi} from 'vitest';
import {isOffline, whenOnline} from './going-online.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('whenOnline', () => {
  it('calls whenever there is a network again, until it is stopped', () => {
    let calls = 0;
    const stop = whenOnline(() => calls++);
    expect(calls).toBe(0);
    dispatchEvent(new Event('offline'));
    expect(calls).toBe(0);
    dispatchEvent(new Event('online'));
    dispatchEvent(new Event('online'));
    expect(calls).toBe(2);
    stop();
    dispatchEvent(new Event('online'));
    expect(calls).toBe(2);
  });

  it('does nothing where there are no such events', () => {
    vi.stubGlobal('addEventListener', undefined);
    vi.stubGlobal('removeEventListener', undefined);
    expect(() => whenOnline(() => undefined)()).not.toThrow();
  });
});

describe('isOffline', () => {
  it.each([
    [{onLine: false}, true],
    [{onLine: true}, false],
    [{}, false],
    [undefined, false],
  ])('with a navigator %j is %j', (navigator, expected) => {
    vi.stubGlobal('navigator', navigator);
    expect(isOffline()).toBe(expected);
  });
});
