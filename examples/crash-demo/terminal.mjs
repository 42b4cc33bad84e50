/** Colours, a progress bar and a table; plain lines where output is not a terminal. */
import {styleText} from 'node:util';

const isTerminal = process.stdout.isTTY === true;
const hasColours = isTerminal && !process.env.NO_COLOR && process.stdout.getColorDepth() > 1;

/** @param format A name, or several, that `util.styleText` knows: `'bold'`, `['bold', 'green']`. */
export const style = (format, text) => (hasColours ? styleText(format, text) : text);

export const say = (text = '') => console.log(text);
export const heading = (text) => say(`\n${style('bold', text)}`);

export const count = (number) => number.toLocaleString('en');
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
export const duration = (ms) =>
  ms < 100
    ? `${ms.toFixed(1)} ms`
    : ms < 1_000
      ? `${ms.toFixed(0)} ms`
      : `${(ms / 1_000).toFixed(2)} s`;

const BAR_WIDTH = 32;

/**
 * Shows how much of `total` is done: as one line that fills, or, where lines cannot be rewritten, as a line a quarter.
 * @returns What to call with how much is done, and a remark.
 */
export const startProgress = (label, total) => {
  let shownQuarter = -1;
  return (done, remark = '') => {
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    const figures = `${count(done)} of ${count(total)}${remark && `, ${remark}`}`;
    if (isTerminal) {
      const full = Math.round(share * BAR_WIDTH);
      const bar = style('cyan', '█'.repeat(full)) + style('dim', '░'.repeat(BAR_WIDTH - full));
      process.stdout.write(`\r\x1b[K  ${label} ${bar} ${figures}${share === 1 ? '\n' : ''}`);
    } else if (Math.floor(share * 4) > shownQuarter) {
      shownQuarter = Math.floor(share * 4);
      say(`  ${label} ${figures}`);
    }
  };
};

/** @param rows Pairs of a label and what stands beside it, aligned to the right. */
export const printTable = (rows) => {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const line = style('dim', '  ' + '─'.repeat(labelWidth + valueWidth + 3));
  say(line);
  for (const [label, value, format = 'bold'] of rows) {
    say(`  ${label.padEnd(labelWidth)}   ${style(format, value.padStart(valueWidth))}`);
  }
  say(line);
};
