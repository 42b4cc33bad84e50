/**
 * Makes programs of the code in guides that were written for people, who know what they mean. The
 * fixtures have the code blocks of each guide as they stand there; what they imply is put in here, so
 * that every line keeps its number:
 *
 * - the imports, where a guide has none, at the beginning of its first line of code;
 * - `// -> SomeEvent(...)`: the browser dispatches this event now;
 * - `// ...`: some time passes, until nothing is left to be done.
 */
import {type DocumentProgram, findPrograms} from '../docs/markdown-programs.ts';

const EVENT = /^\/\/ -> (\w*Event\(.*\))$/gm;
const TIME_PASSES = /^\/\/ \.\.\.$/gm;

/** What is queued before the action has been done when it runs. */
const UNTIL_DONE = 'await persister.whenSaved(); await persister.schedule(async () => {});';

/**
 * @param imports What the guide leaves to its readers to import.
 * @returns The programs of a guide: Markdown, with nothing in it but code.
 */
export const findGuidePrograms = (
  guide: string,
  markdown: string,
  imports: string,
): DocumentProgram[] =>
  findPrograms(
    guide,
    markdown
      .replace('```js\n', `$&${imports}`)
      .replace(EVENT, 'dispatchEvent(new $1);')
      .replace(TIME_PASSES, UNTIL_DONE),
  );
