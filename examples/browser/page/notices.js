/** Messages that stay until they are put away. */
import {button, byId, element, formatCount} from './elements.js';

const notify = (mood, ...content) => {
  const putAway = button('Close', () => notice.remove());
  const notice = element(
    'div',
    {className: 'notice', dataset: {mood}},
    element('div', {role: 'status'}, ...content),
    putAway,
  );
  byId('notices').replaceChildren(notice);
};

/** @param content The beginning of it suffices. */
export const notifySetAside = (name, content) =>
  notify(
    'good',
    element('p', {}, 'What could not be read is kept as it was, as ', element('code', {}, name)),
    element(
      'details',
      {},
      element('summary', {}, 'Look at it'),
      element('pre', {tabIndex: 0}, content.slice(0, 400)),
    ),
  );

export const notifyKilled = ({acknowledged, lost}) =>
  notify(
    lost === 0 ? 'good' : 'bad',
    element(
      'p',
      {},
      `This tab was killed. By then, ${formatCount(acknowledged, 'edit')} had been acknowledged; `,
      element('strong', {}, `${lost} lost`),
      '.',
    ),
  );
