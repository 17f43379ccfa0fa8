// How the page asks: POST for queries, the WebSocket for subscriptions, both on the host that served it.
import { createGraphiQLFetcher } from '@graphiql/toolkit';

const url = new URL('./graphql', document.baseURI);
const socket = new URL(url);
socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const ask = createGraphiQLFetcher({ url: url.href, subscriptionUrl: socket.href, enableIncrementalDelivery: false });

/** As GraphiQL expects it; a server that cannot be reached is said in French. */
export async function fetcher({ operationName, ...params }, options) {
  // Just after a change of tab GraphiQL still sends the name of the operation that was there before.
  const named = operationName && params.query.includes(operationName);
  try {
    return await ask(named ? { ...params, operationName } : params, options);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Error('Le serveur ne répond pas. Vérifiez qu’il est en marche, puis réessayez.', { cause });
  }
}
