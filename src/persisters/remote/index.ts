/** A persister for a server. */
import type {OptionalSchemas, Store} from '../../store/types.ts';
import {JsonText} from '../engine/json-text.ts';
import {numberOption, type OptionsOrHandler, resolveOptions, toOptions} from '../engine/options.ts';
import type {Persister, PersisterOptions} from '../engine/persister-types.ts';
import {createPersister} from '../engine/persister.ts';
import {MAX_DELAY_MS} from './http-error.ts';
import {RemoteStorage} from './remote-storage.ts';
import type {RequestOptions} from './requests.ts';

/** Options of a remote persister: those of every persister, and how requests are sent. */
export interface RemotePersisterOptions extends PersisterOptions, RequestOptions {}

/** Keeps a store on a server. */
export interface RemotePersister<Schemas extends OptionalSchemas> extends Persister<Schemas> {
  /** Where it is read from and written to. */
  getUrls(): [loadUrl: string, saveUrl: string];
}

/**
 * Creates a persister that keeps `store` on a server, as JSON.
 *
 * The server answers a GET of `loadUrl` with the JSON, and takes a POST of it to `saveUrl`. 404, 410, 204
 * and an empty body mean that nothing is stored yet; any other answer than success is an error, and
 * nothing is written until the content could be read. After 401 and 403 nothing is asked any more, until
 * `retry()`. If it sends an `ETag`, and answers 304 where `If-None-Match` says that we have it already, only
 * new content is transferred; other origins expose it with `Access-Control-Expose-Headers`. If it sends one
 * with the answer to a POST, that must be the ETag under which GET then has that very content.
 *
 * A POST has `If-Match` with the ETag of what is known, or `If-None-Match: *` if nothing was there. Where the
 * server heeds that, and answers 412, what others wrote is taken in before it is written again. Weak ETags
 * cannot be used in that way.
 *
 * While auto-loading, a HEAD of `loadUrl` asks for changes, at once when the browser goes online. Servers
 * that know neither ETags nor HEAD are asked for the content instead, each time.
 *
 * Every save sends the whole store. Nothing is kept of an unreadable answer: an explicit `save()` replaces it.
 * @param autoLoadIntervalSeconds How long auto-loading waits after the answer to one HEAD before the next.
 * @param optionsOrHandler Options, or the handler of errors that are otherwise ignored. The `cause` of an
 *   error is the `Response`, if there was one.
 * @throws TypeError if an argument is no good.
 */
export const createRemotePersister = <Schemas extends OptionalSchemas>(
  store: Store<Schemas>,
  loadUrl: string,
  saveUrl: string,
  autoLoadIntervalSeconds = 5,
  optionsOrHandler?: OptionsOrHandler<RemotePersisterOptions>,
): RemotePersister<Schemas> => {
  if (typeof loadUrl !== 'string') throw new TypeError('loadUrl: expected a string');
  if (typeof saveUrl !== 'string') throw new TypeError('saveUrl: expected a string');
  const intervalMs = numberOption(autoLoadIntervalSeconds, 'autoLoadIntervalSeconds', 5) * 1_000;
  const options: RemotePersisterOptions = toOptions(optionsOrHandler);
  const {clock, timeoutMs} = resolveOptions(options);
  const {fetch, headers, credentials} = options;
  const adapter = new RemoteStorage({
    loadUrl,
    saveUrl,
    text: new JsonText(store),
    clock,
    timeoutMs,
    pollIntervalMs: Math.min(intervalMs, MAX_DELAY_MS),
    fetch,
    headers,
    credentials,
  });
  return createPersister(store, adapter, options, {getUrls: () => [loadUrl, saveUrl]});
};
