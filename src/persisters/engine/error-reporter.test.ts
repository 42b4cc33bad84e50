import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {PersisterError} from '../../errors.ts';
import {ErrorReporter} from './error-reporter.ts';

const unreadable = (): PersisterError =>
  new PersisterError('UNREADABLE', 'no', {phase: 'load', storage: 'file:a', retriable: false});

const recording = (): {reporter: ErrorReporter; errors: unknown[]} => {
  const errors: unknown[] = [];
  return {reporter: new ErrorReporter('file:a', (error) => errors.push(error)), errors};
};

describe('ErrorReporter', () => {
  let warnings: unknown[][] = [];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(console, 'warn').mockImplementation((...warning: unknown[]) => {
      warnings.push(warning);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('hands each error to the handler, as it is, and none to the console', () => {
    const {reporter, errors} = recording();
    const error = unreadable();
    expect(reporter.report(error, 'load')).toBe(error);
    reporter.report(error, 'load');
    expect(errors).toStrictEqual([error, error]);
    expect(warnings).toStrictEqual([]);
  });

  it('takes what is no PersisterError for a storage that does not answer, for now', () => {
    const {reporter, errors} = recording();
    const cause = new Error('EIO');
    reporter.report(cause, 'save');
    reporter.report('no', 'listen');
    const shared = {code: 'UNAVAILABLE', storage: 'file:a', retriable: true};
    expect(errors).toMatchObject([
      {...shared, phase: 'save', message: 'Cannot save file:a: EIO', cause},
      {...shared, phase: 'listen', message: 'Cannot listen file:a', cause: 'no'},
    ]);
  });

  it('without a handler, warns once of each kind', () => {
    const reporter = new ErrorReporter('file:a', undefined);
    const [first, second] = [unreadable(), unreadable()];
    reporter.report(first, 'load');
    reporter.report(second, 'load');
    reporter.report(new Error('one'), 'load');
    reporter.report(new Error('two'), 'load');
    reporter.report(new Error('three'), 'save');
    const text = '[cellar] file:a: further errors of this kind will not be shown.';
    expect(warnings).toMatchObject([
      [text, first],
      [text, {phase: 'load', cause: new Error('one')}],
      [text, {phase: 'save', cause: new Error('three')}],
    ]);
    expect(warnings).toHaveLength(3);
  });

  it('warns once of a handler that throws, for each phase', () => {
    const thrown = new Error('the handler throws');
    const reporter = new ErrorReporter('file:a', () => {
      throw thrown;
    });
    reporter.report(unreadable(), 'load');
    reporter.report(unreadable(), 'load');
    reporter.report(unreadable(), 'save');
    expect(warnings.map(([, error]) => error)).toStrictEqual([thrown, thrown]);
  });

  it('reports what a function of the app throws, and goes on', () => {
    const {reporter, errors} = recording();
    const cause = new Error('oops');
    reporter.contain(() => {
      throw cause;
    }, 'listen');
    reporter.contain(() => undefined, 'listen');
    const message = 'A function handed to the persister of file:a, or a listener, threw';
    const details = {phase: 'listen', storage: 'file:a', retriable: false};
    expect(errors).toMatchObject([{code: 'HANDLER', message, cause, ...details}]);
    expect(errors).toHaveLength(1);
  });

  it('says where refused content stands, and shows the start of it', () => {
    const {reporter, errors} = recording();
    reporter.reportRefusal({tableId: 't', rowId: 'r', cellId: 'c', stored: 'x'.repeat(100)});
    reporter.reportRefusal({valueId: 'v', stored: 1});
    const shared = {code: 'REFUSED', phase: 'load', storage: 'file:a', retriable: false};
    const sentence = (place: string, stored: string): string =>
      `The schema of the store does not admit ${place}, which file:a holds; it stays there (${stored})`;
    expect(errors).toMatchObject([
      {
        ...shared,
        ...{tableId: 't', rowId: 'r', cellId: 'c'},
        message: sentence('t/r/c', `"${'x'.repeat(39)}`),
      },
      {...shared, valueId: 'v', message: sentence('v', '1')},
    ]);
  });
});
