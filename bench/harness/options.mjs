import {parseArgs} from 'node:util';

export const USAGE = `npm run bench [-- [case…] [options]]

  case…              run the cases whose id contains one of these words: 'browser' for all in a
                     browser, 'sql' for all with databases; without any, all others
  --rounds N         interleaved rounds per case (default 5; 2 with --quick)
  --quick            a small check run: 10,000 rows at most, nothing judged, nothing written
  --no-growth        leave the growth curves out, and what is measured at 1,000,000 rows
  --no-write         leave docs/ as it is
  --no-fail          exit with 0 even if a target is missed
  --no-build         measure dist as it is
  --package FOLDER   measure the build in another folder (package.json and dist); implies --no-build
  --only A,B         run only these contenders: limit, reference, cellar, cellar-plain,
                     idb-keyval, Dexie
  --list             show the cases
`;

export const readOptions = (args) => {
  const {values, positionals} = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      rounds: {type: 'string'},
      quick: {type: 'boolean', default: false},
      growth: {type: 'boolean', default: true},
      write: {type: 'boolean', default: true},
      fail: {type: 'boolean', default: true},
      build: {type: 'boolean', default: true},
      package: {type: 'string'},
      only: {type: 'string'},
      list: {type: 'boolean', default: false},
      help: {type: 'boolean', short: 'h', default: false},
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError('--rounds takes a whole number');
  const only = values.only?.split(',');
  const runsCellar = only === undefined || only.some((contender) => contender.startsWith('cellar'));
  const suite = {'': 'node', browser: 'browser', sql: 'sql'}[positionals.join(' ')];
  const isWhole = suite !== undefined && only === undefined && values.growth;
  return {
    filters: positionals,
    /** What is run whole, if it is: 'node', 'browser' or 'sql'. */
    suite,
    rounds,
    quick: values.quick,
    growth: values.growth,
    // A part of the report would replace the whole.
    write: values.write && !values.quick && isWhole,
    fail: values.fail && !values.quick,
    build: values.build && values.package === undefined && runsCellar,
    package: values.package,
    only,
    list: values.list,
    help: values.help,
  };
};
