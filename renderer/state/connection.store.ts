import { create } from 'zustand';
import { openConnection, type Client, type Connection, type ConnectionState } from '../connect.ts';

type ConnectionStore = { state: ConnectionState };

export const useConnection = create<ConnectionStore>()(() => ({ state: { kind: 'opening' } }));

let connection: Connection | null = null;

/** Connects for as long as the page lives. */
export function connect(): void {
  connection ??= openConnection((state) => {
    useConnection.setState({ state });
  });
}

export function retryNow(): void {
  connection?.retryNow();
}

/** Calls back with the client whenever the connection is up, with null when it is not. */
export function onClient(callback: (client: Client | null) => void): () => void {
  let known: Client | null = null;
  const tell = (state: ConnectionState): void => {
    const client = state.kind === 'up' ? state.client : null;
    if (client === known) return;
    known = client;
    callback(client);
  };
  tell(useConnection.getState().state);
  return useConnection.subscribe((store) => {
    tell(store.state);
  });
}
