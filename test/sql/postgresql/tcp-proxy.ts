/** A network between a client and a server, of which connections may be lost without anybody being told. */
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Nothing passes any more on connections that are there; both ends still take them for good. */
  freeze(): void;
  /** The same of those to come, until `thaw`. */
  freezeAll(): void;
  thaw(): void;
  /** Ends all frozen connections. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target A port on 127.0.0.1. */
export const startProxy = async (target: number): Promise<TcpProxy> => {
  interface Pair {
    readonly ends: readonly [Socket, Socket];
    isFrozen: boolean;
  }
  const pairs = new Set<Pair>();
  let isFreezing = false;
  const server = createServer((client) => {
    const pair: Pair = {ends: [client, connect(target, '127.0.0.1')], isFrozen: isFreezing};
    pairs.add(pair);
    for (const [index, end] of pair.ends.entries()) {
      const peer = pair.ends[1 - index] as Socket;
      end.on('error', () => undefined);
      end.on('data', (data) => {
        if (!pair.isFrozen) peer.write(data);
      });
      end.on('close', () => {
        if (!pair.isFrozen) peer.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const freeze = (): void => {
    for (const pair of pairs) pair.isFrozen = true;
  };
  const cut = (isAll: boolean): void => {
    for (const {ends, isFrozen} of pairs) {
      if (isFrozen || isAll) for (const end of ends) end.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    freeze,
    freezeAll: () => {
      isFreezing = true;
      freeze();
    },
    thaw: () => {
      isFreezing = false;
    },
    cut: () => cut(false),
    close: async () => {
      cut(true);
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
