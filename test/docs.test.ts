import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {findPrograms} from './docs/markdown-programs.ts';
import {isAsPromised} from './docs/printed-text.ts';
import {findProblems} from './docs/run-program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const documents = [
  'README.md',
  ...readdirSync(root)
    .filter((name) => name === 'docs')
    .flatMap((folder) => readdirSync(root + folder, {recursive: true, encoding: 'utf8'}))
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`)
    .sort(),
];

describe.each(documents)('The code in %s', (document) => {
  const programs = findPrograms(document, readFileSync(root + document, 'utf8'));
  const titled = programs.map((program) => ({
    title: `line ${program.blocks.map(({firstLine}) => firstLine).join(', ')}`,
    program,
  }));

  it('can be told from its text', () => {
    expect(programs.every(({blocks}) => blocks.length > 0)).toBe(true);
  });

  it.each(titled)('runs and prints what it says: $title', async ({program}) => {
    expect(await findProblems(program)).toStrictEqual([]);
  });
});

const fenced = (language: string, ...code: string[]): string =>
  ['```' + language, ...code, '```'].join('\n');

const problemsOf = async (...blocks: string[]): Promise<string[]> => {
  const programs = findPrograms('x.md', ['# Title', ...blocks].join('\n'));
  return (await Promise.all(programs.map(findProblems))).flat();
};

const IMPORT = "import {format} from 'node:util';";

describe('A document', () => {
  it('is right if its programs print what it says', async () => {
    const problems = await problemsOf(
      fenced(
        'ts',
        IMPORT,
        'const age: number = 3;',
        'console.log({age, a: [1]}); // -> {age: 3, a: [1]}',
      ),
      'prose',
      fenced('js', "console.log(format('%s', age));", '// -> 3'),
      fenced('js', 'const age = 4;', 'await null;', 'console.log(age); // -> 4'),
      fenced('sh', 'not run'),
      fenced('js', IMPORT, 'console.log(typeof age); // -> undefined'),
    );
    expect(problems).toStrictEqual([]);
  });

  it('may promise output on several lines', async () => {
    const problems = await problemsOf(
      fenced(
        'js',
        IMPORT,
        'console.log({a: 1, b: [2]});',
        '// -> {',
        '//      a: 1,',
        '//      b: [2],',
        '//    }',
      ),
    );
    expect(problems).toStrictEqual([]);
  });

  it.each([
    ['prints something else', ['console.log(1); // -> 2'], ['x.md:4: promises 2, but prints 1']],
    [
      'prints in another order',
      ['console.log(1);', 'console.log(2);', '// -> 2', '// -> 1'],
      ['x.md:6: promises 2, but prints 1', 'x.md:7: promises 1, but prints 2'],
    ],
    ['prints more', ['console.log(1);'], ['x.md:2-5: also prints 1']],
    [
      'prints less',
      ['if (Math.PI < 3) console.log(1); // -> 1'],
      ['x.md:4: promises 1, but nothing more was printed'],
    ],
    ['ends early', ['process.exit(0);'], ['x.md: ended before its last line']],
    [
      'prints when its block is over',
      ['setImmediate(() => console.log(1)); // -> 1'],
      ['x.md:4: promises 1, but nothing more was printed', 'x.md:6-8: also prints 1'],
    ],
  ])('is wrong if a program %s', async (_, code, problems) => {
    const next = code[0]?.startsWith('setImmediate')
      ? [fenced('js', 'await new Promise((resolve) => setImmediate(resolve));')]
      : [];
    expect(await problemsOf(fenced('js', IMPORT, ...code), ...next)).toStrictEqual(problems);
  });

  it('is wrong if a program throws, and names the line', async () => {
    const [problem] = await problemsOf(
      fenced('ts', IMPORT, '', "throw new Error('no ' + format('x'));"),
    );
    expect(problem).toMatch(/^x\.md:2: failed:[^]*x\.md:5[^]*no x/);
  });

  it('is wrong if a program is none', async () => {
    expect(await problemsOf(fenced('js', IMPORT, 'const = 1;'))).toHaveLength(1);
  });

  it.each([
    [
      'is exempted from running',
      fenced('js no-run', IMPORT),
      "x.md:1: a code block is one of js, ts, sh, text, json, not 'js no-run'",
    ],
    [
      'is of no known language',
      fenced('', IMPORT),
      "x.md:1: a code block is one of js, ts, sh, text, json, not ''",
    ],
    [
      'goes on with nothing',
      fenced('js', 'let a;'),
      'x.md:1: the first code block of a document imports what it uses',
    ],
    ['is not closed', '```js\nlet a;', 'x.md:1: this code block is not closed'],
  ])('is refused if a block %s', (_, markdown, message) => {
    expect(() => findPrograms('x.md', markdown)).toThrow(new Error(message));
  });

  it('resolves the name of the package to what has been built', async () => {
    const problems = await problemsOf(
      fenced(
        'js',
        "import manifest from 'cellar/package.json' with {type: 'json'};",
        'console.log(manifest.name); // -> cellar',
      ),
    );
    expect(problems).toStrictEqual([]);
  });
});

describe('Printed text', () => {
  const print = (text: string, inspected = text): {text: string; inspected: string} => ({
    text,
    inspected,
  });

  it.each([
    ["{a: 'b'}", print("{ a: 'b' }")],
    ['{"a": "b"}', print("{ a: 'b' }")],
    ["'fido'", print('fido', "'fido'")],
    ['fido', print('fido', "'fido'")],
    ['{a: {}}', print('[Object: null prototype] { a: [Object: null prototype] {} }')],
    ["fido 'x'", print("fido 'x'")],
    ["Map(1) {'a' => 1}", print("Map(1) {'a' => 1}")],
  ])('%s is as promised', (promised, printed) => {
    expect(isAsPromised(promised, printed)).toBe(true);
  });

  it.each([
    ['{a: 1, b: 2}', print('{ b: 2, a: 1 }')],
    ['3', print("{ '3': 3 }")],
    ["'3'", print('3')],
    ['fido', print('Fido', "'Fido'")],
    ['undefined', print('null')],
    ['', print("''", "''")],
  ])('%s is not as promised', (promised, printed) => {
    expect(isAsPromised(promised, printed)).toBe(false);
  });
});
