// How GraphiQL asks: POST for queries, the WebSocket for subscriptions, both on the host that served the page.
import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { endpoint } from '../api/client';

const socket = new URL(endpoint);
socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';

const ask = createGraphiQLFetcher({ url: endpoint, subscriptionUrl: socket.href, enableIncrementalDelivery: false });

/** As GraphiQL expects it; a server that cannot be reached is said in French. Each whole answer is also told to `seen`. */
export const fetcher = (seen: (answer: unknown) => void): Fetcher => async ({ operationName, ...params }: FetcherParams, options) => {
  // Just after a change of tab GraphiQL still sends the name of the operation that was there before.
  const named = operationName && params.query.includes(operationName);
  const introspects = params.query.includes('__schema');
  try {
    const answer = await ask(named ? { ...params, operationName } : params, options);
    if (!introspects && answer && typeof answer === 'object' && 'data' in answer) seen(answer.data);
    return answer as Awaited<ReturnType<Fetcher>>;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Error('Le serveur ne répond pas. Vérifiez qu’il est en marche, puis réessayez.', { cause });
  }
};
