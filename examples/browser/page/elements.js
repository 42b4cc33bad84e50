/** Small helpers for the document. */

export const byId = (id) => document.getElementById(id);

/** @returns A new element with these properties, and with children that are nodes or text. */
export const element = (name, properties = {}, ...children) => {
  const {dataset, ...others} = properties;
  const node = Object.assign(document.createElement(name), others);
  Object.assign(node.dataset, dataset);
  node.append(...children);
  return node;
};

export const button = (label, onclick) => element('button', {type: 'button', onclick}, label);

const numbers = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});

export const formatCount = (count, noun) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

export const formatBytes = (bytes) => {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000
    ? `${numbers.format(bytes / 1_000)} kB`
    : `${numbers.format(bytes / 1_000_000)} MB`;
};

export const formatTime = (milliseconds) =>
  new Date(milliseconds).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
