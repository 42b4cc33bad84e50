/** Growth curves as SVG: both axes logarithmic, one line per contender, legible in light and dark. */
import {formatFigure} from './numbers.mjs';

const WIDTH = 640;
const HEIGHT = 400;
const PLOT = {left: 78, right: 490, top: 48, bottom: 344};

const STYLE = `
  text {font: 12px system-ui, sans-serif; fill: #24292f}
  .title {font-size: 15px; font-weight: 600}
  .grid {stroke: #d0d7de; stroke-width: 1}
  .line {fill: none; stroke-width: 2.5; stroke-linejoin: round}
  .reference {stroke: #cf222e} .limit {stroke: #6e7781; stroke-dasharray: 6 4}
  .cellar {stroke: #0969da} .cellar-plain {stroke: #8250df}
  .dot.reference {fill: #cf222e} .dot.limit {fill: #6e7781}
  .dot.cellar {fill: #0969da} .dot.cellar-plain {fill: #8250df}
  .dot {stroke: none}
  @media (prefers-color-scheme: dark) {
    text {fill: #e6edf3}
    .grid {stroke: #30363d}
    .reference {stroke: #ff7b72} .limit {stroke: #9198a1} .cellar {stroke: #58a6ff}
    .cellar-plain {stroke: #bc8cff}
    .dot.reference {fill: #ff7b72} .dot.limit {fill: #9198a1} .dot.cellar {fill: #58a6ff}
    .dot.cellar-plain {fill: #bc8cff}
    .dot {stroke: none}
  }`;

const NAMES = {
  reference: 'reference',
  limit: 'limit',
  cellar: 'Cellar',
  'cellar-plain': 'Cellar, plain file',
};

const escapeText = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Whole powers of ten around the numbers, at least one apart. */
const decadesAround = (numbers) => {
  const from = Math.floor(Math.log10(Math.min(...numbers)));
  const to = Math.ceil(Math.log10(Math.max(...numbers)));
  return {from, to: Math.max(to, from + 1)};
};

const powersOfTen = ({from, to}) =>
  Array.from({length: to - from + 1}, (_, index) => 10 ** (from + index));

/** A whole power of ten needs no decimals. */
const formatPower = (power, unit) => formatFigure(power, unit).replace(/\.0+(?= |$)/, '');

/** Pushes labels apart so that lines which end close together stay readable. */
const spreadLabels = (labels) => {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  for (let index = 1; index < sorted.length; index++) {
    sorted[index].y = Math.max(sorted[index].y, sorted[index - 1].y + 15);
  }
  return sorted;
};

/**
 * @param {{title: string, unit: string, curves: Record<string, [size: number, cost: number][]>}} growth
 * @returns {string} An SVG document.
 */
export const drawGrowth = ({title, unit, curves}) => {
  const drawn = Object.entries(curves).filter(([, points]) => points.length > 0);
  const all = drawn.flatMap(([, points]) => points);
  const sizes = decadesAround(all.map(([size]) => size));
  const costs = decadesAround(all.map(([, cost]) => cost));
  const place = (value, {from, to}, start, end) =>
    start + ((Math.log10(value) - from) / (to - from)) * (end - start);
  const x = (size) => place(size, sizes, PLOT.left, PLOT.right).toFixed(1);
  const y = (cost) => place(cost, costs, PLOT.bottom, PLOT.top).toFixed(1);

  const grid = [
    ...powersOfTen(sizes).map(
      (size) =>
        `<line class="grid" x1="${x(size)}" y1="${PLOT.top}" x2="${x(size)}" y2="${PLOT.bottom}"/>` +
        `<text x="${x(size)}" y="${PLOT.bottom + 18}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
    ),
    ...powersOfTen(costs).map(
      (cost) =>
        `<line class="grid" x1="${PLOT.left}" y1="${y(cost)}" x2="${PLOT.right}" y2="${y(cost)}"/>` +
        `<text x="${PLOT.left - 8}" y="${Number(y(cost)) + 4}" text-anchor="end">${formatPower(cost, unit)}</text>`,
    ),
  ];
  const lines = drawn.map(
    ([contender, points]) =>
      `<polyline class="line ${contender}" points="${points.map(([size, cost]) => `${x(size)},${y(cost)}`).join(' ')}"/>` +
      points
        .map(
          ([size, cost]) =>
            `<circle class="dot ${contender}" cx="${x(size)}" cy="${y(cost)}" r="3.5"/>`,
        )
        .join(''),
  );
  const labels = spreadLabels(
    drawn.map(([contender, points]) => ({
      text: NAMES[contender],
      x: Number(x(points.at(-1)[0])) + 9,
      y: Number(y(points.at(-1)[1])) + 4,
    })),
  ).map((label) => `<text x="${label.x}" y="${label.y}">${label.text}</text>`);

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}">
<style>${STYLE}
</style>
<text class="title" x="${PLOT.left}" y="26">${escapeText(title)}</text>
${grid.join('\n')}
${lines.join('\n')}
${labels.join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">rows</text>
</svg>
`;
};
