import {describe, expect, it} from 'vitest';
import type {GetContent} from '../engine/storage-adapter.ts';
import {SpaciousText} from './spacious-text.ts';

const getContent: GetContent = Object.assign(() => [{}, {}] as [object, object] as never, {
  holdsMore: false,
});
const LONG = 'é'.repeat(70_400);
const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Each text as one part after the other, and what becomes of them. */
const subject = (): ((...texts: string[]) => readonly string[]) => {
  let parts: readonly string[] = [];
  const spacious = new SpaciousText({parts: () => parts});
  return (...texts) => {
    parts = texts;
    return spacious.parts(getContent);
  };
};

describe('SpaciousText', () => {
  it('leaves short text as it is, also if it has been long', () => {
    const pad = subject();
    expect(pad('[', 'short', ']')).toStrictEqual(['[', 'short', ']']);
    pad('[', LONG, LONG, ']');
    expect(pad('[', 'short', ']')).toStrictEqual(['[', 'short', ']']);
  });

  it('adds a little to each part of long text', () => {
    const few = ' '.repeat(32);
    const many = ' '.repeat(1_100);
    expect(subject()('[', LONG, ']')).toStrictEqual([`[${few}`, LONG + many, `]${few}`]);
  });

  it.each([
    ['more', 'short', `${LONG}éé`],
    ['less', 'shor', LONG.slice(40)],
    ['all there is room for', 'longer, but not too long', LONG + 'é'.repeat(550)],
  ])('keeps the length in bytes of all parts where there is room: %s', (_how, first, second) => {
    const pad = subject();
    const before = pad('short', LONG, LONG);
    const after = pad(first, second, LONG);
    expect(after.map(bytesOf)).toStrictEqual(before.map(bytesOf));
    expect(after.map((text) => text.trimEnd())).toStrictEqual([first, second, LONG]);
    expect(pad('short', LONG, LONG)).toStrictEqual(before);
  });

  it.each([
    ['there is none left', `${LONG}${'é'.repeat(551)}`],
    ['there would be too much', LONG.slice(2_000)],
  ])('makes new room where %s', (_why, next) => {
    const pad = subject();
    pad(LONG, LONG);
    expect(pad(next, LONG)[0]).toBe(next + ' '.repeat(Math.ceil(next.length / 64)));
  });

  it('is the very text of last time where nothing has changed', () => {
    const pad = subject();
    const [, before] = pad('a', LONG, 'b');
    expect(Object.is(pad('c', LONG, 'd')[1], before)).toBe(true);
  });
});
