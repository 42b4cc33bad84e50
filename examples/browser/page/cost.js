/** What this tab has written, against what it would have, had each save rewritten everything. */
import {byId, formatBytes, formatCount} from './elements.js';
import {takeWrittenBytes} from './platform.js';

export class CostView {
  #store;
  #lastSavedAt;
  #saves = 0;
  #written = 0;
  #rewritten = 0;

  constructor(store) {
    this.#store = store;
  }

  reset() {
    takeWrittenBytes();
    this.#lastSavedAt = undefined;
    this.#saves = this.#written = this.#rewritten = 0;
    this.#show();
  }

  /** @returns How many bytes the save took that has just been finished; `undefined` if none has. */
  count({lastSavedAt}) {
    if (lastSavedAt === this.#lastSavedAt) return undefined;
    this.#lastSavedAt = lastSavedAt;
    const bytes = takeWrittenBytes();
    this.#saves++;
    this.#written += bytes;
    this.#rewritten += new Blob([JSON.stringify(this.#store.getContent())]).size;
    this.#show();
    return bytes;
  }

  #show() {
    const [written, rewritten] = [this.#written, this.#rewritten];
    const most = Math.max(written, rewritten, 1);
    byId('written').textContent = formatBytes(written);
    byId('rewritten').textContent = formatBytes(rewritten);
    byId('written-bar').style.width = `${(100 * written) / most}%`;
    byId('rewritten-bar').style.width = `${(100 * rewritten) / most}%`;
    byId('cost-note').textContent = `${formatCount(this.#saves, 'save')} since this tab opened.`;
  }
}
