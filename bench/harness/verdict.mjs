/** From figures to rows of the report: medians, ratios, and whether the targets are met. */
import {median} from './measure.mjs';

/**
 * Figures are kept as `figures[size][contender]`, a list with one entry per round.
 * @returns The median of a metric, or `undefined` if the contender has not been measured.
 */
export const medianOf = (figures, size, contender, metricId) => {
  const rounds = figures[size]?.[contender] ?? [];
  const numbers = rounds.map((round) => round[metricId]).filter(Number.isFinite);
  return numbers.length === 0 ? undefined : median(numbers);
};

/** The slope of a least-squares line through the points in log-log scale: k in cost ~ n^k. */
export const exponentOf = (points) => {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)]);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
};

/** Median by size, for sizes that have been measured: `[[1000, 3.2], …]`. */
export const curveOf = (figures, contender, metricId) =>
  Object.keys(figures)
    .map(Number)
    .sort((a, b) => a - b)
    .map((size) => [size, medianOf(figures, size, contender, metricId)])
    .filter(([, cost]) => cost !== undefined);

const judgeMetric = (metric, figures, mainSize, peers) => {
  const size = metric.size ?? mainSize;
  const of = (contender) => medianOf(figures, size, contender, metric.id);
  const reference = of('reference');
  const ours = of(metric.contender ?? 'cellar');
  const ratio = ours === undefined || reference === undefined ? undefined : ours / reference;
  const limit = of('limit');
  const ofLimit = ours === undefined || limit === undefined ? undefined : ours / limit;
  const judged =
    metric.target !== undefined ? ratio : metric.ofLimit !== undefined ? ofLimit : ours;
  const allowed = metric.target ?? metric.ofLimit ?? metric.atMost;
  return {
    ...metric,
    reference,
    limit,
    peers: Object.fromEntries(peers.map((peer) => [peer, of(peer)])),
    ours,
    ratio,
    isMet: judged === undefined || allowed === undefined ? undefined : judged <= allowed,
  };
};

const judgeExponent = (exponent, figures) => {
  const of = (contender) => {
    const points = curveOf(figures, contender, exponent.id).filter(
      ([size]) => size >= exponent.from && size <= exponent.to,
    );
    const reachesBothEnds = points[0]?.[0] === exponent.from && points.at(-1)[0] === exponent.to;
    return reachesBothEnds && exponent.from < exponent.to ? exponentOf(points) : undefined;
  };
  const ours = of('cellar');
  return {
    ...exponent,
    unit: 'n^',
    reference: of('reference'),
    limit: of('limit'),
    ours,
    ratio: undefined,
    isMet: ours === undefined ? undefined : ours <= exponent.atMost,
  };
};

/**
 * One row per metric, whose target is relative to the reference (`target`), to the limit (`ofLimit`) or
 * absolute (`atMost`); `isMet` is `undefined` where something needed was not measured, and for metrics
 * without a target, which are there to be seen.
 */
export const judge = (bench, figures, mainSize) => [
  ...bench.metrics.map((metric) =>
    judgeMetric(metric, figures, mainSize, Object.keys(bench.measurePeers ?? {})),
  ),
  ...(bench.growth?.exponents ?? []).map((exponent) => judgeExponent(exponent, figures)),
];
