import {describe, expect, it} from 'vitest';
import {codeOfDomError} from './dom-errors.ts';

describe('codeOfDomError', () => {
  it.each([
    ['QuotaExceededError', 'QUOTA'],
    ['NS_ERROR_DOM_QUOTA_REACHED', 'QUOTA'],
    ['SecurityError', 'DENIED'],
    ['InvalidStateError', 'UNAVAILABLE'],
    ['Error', 'UNAVAILABLE'],
  ])('is for %s, whatever class it is of, %s', (name, code) => {
    expect(codeOfDomError(new DOMException('no', name))).toBe(code);
    expect(codeOfDomError({name})).toBe(code);
  });

  it.each([[undefined], [null], ['QuotaExceededError'], [5], [{}]])(
    'is UNAVAILABLE for %j, which is no exception',
    (thrown) => {
      expect(codeOfDomError(thrown)).toBe('UNAVAILABLE');
    },
  );
});
