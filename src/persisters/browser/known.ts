/** What a tab knows of what is stored, and so what is new to it. */
import type {View} from './journal.ts';

export class Known {
  readonly text: string | null;
  readonly keys: Set<string>;
  readonly #last: string;

  constructor({text, keys}: View) {
    this.text = text;
    this.keys = new Set(keys);
    this.#last = keys.at(-1) ?? '';
  }

  /** The keys that came after all that is known; `undefined` if something else has happened. */
  additionsIn({text, keys}: View): string[] | undefined {
    const unknown = keys.filter((key) => !this.keys.has(key));
    return text === this.text && unknown.every((key) => key > this.#last) ? unknown : undefined;
  }
}
