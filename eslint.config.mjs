import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Files that are the library or its tests: type-checked, and linted with types. */
const typed = ['src/**/*.ts', 'test/**/*.ts', 'vitest.config.ts', 'vitest.mutation.config.ts'];
const tests = ['src/**/*.test.ts', 'src/**/*.test-d.ts', 'test/**/*.ts', 'src/testing/**/*.ts'];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'dist.*.tmp/',
      'coverage/',
      'reports/',
      '.cache/',
      '.stryker-tmp/',
    ],
  },
  {
    // No comment switches a rule off: a rule that does not fit is changed here, for everyone.
    linterOptions: {noInlineConfig: true},
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.eslintRecommended],
    rules: {
      eqeqeq: 'error',
      // Scripts run whole in every test run, and TypeScript sees to the rest.
      'no-undef': 'off',
      'no-empty': ['error', {allowEmptyCatch: false}],
      'no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Needs the packages of the benchmark, which are not always there: parsed, but not type-checked.
    files: ['bench/**/*.ts'],
    languageOptions: {parser: tseslint.parser},
    rules: {'no-unused-vars': 'off'},
  },
  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        {'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': true},
      ],
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'inline-type-imports'}],
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      // Content is keyed by ids of the app's choice, so entries of objects are deleted by id.
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', varsIgnorePattern: '^_'},
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {allowNumber: true, allowBoolean: true},
      ],
      // Overloads are tried one after the other, which is what makes listeners' parameters inferable.
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {considerDefaultExhaustiveForUnions: true},
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Failures that the app does not handle are warned about.
      'no-console': ['error', {allow: ['warn']}],
      'no-restricted-syntax': [
        'error',
        {selector: 'ExportDefaultDeclaration', message: 'Name what you export.'},
        {selector: 'ExportAllDeclaration', message: 'List what you export.'},
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: tests,
    rules: {'max-lines': ['error', {max: 400, skipBlankLines: true, skipComments: true}]},
  },
  {
    files: tests,
    rules: {
      // What is wrong with types is the point of some type tests.
      '@typescript-eslint/ban-ts-comment': [
        'error',
        {'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true},
      ],
      // Documented methods are bound: taking them off their object is promised to work, and tested.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.test-d.ts'],
    rules: {
      // Naming something is how a type test asks for its type.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
    },
  },
);
