// Apollo Client and urql with graphcache, as they come: node quick.mjs [URL]
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { buildClientSchema, getIntrospectionQuery, introspectionFromSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { check, raw } from './shared.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const socket = () => createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
// urql aborts the fetch of an answer that it has read, and Node tells.
process.on('unhandledRejection', (reason) => { if (reason?.name !== 'AbortError') throw reason; });
const introspected = await raw(url, getIntrospectionQuery());

{
  const possibleTypes = Object.fromEntries(introspected.__schema.types.filter((type) => type.possibleTypes).map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]));
  const client = new ApolloClient({ cache: new InMemoryCache({ possibleTypes }), link: new HttpLink({ uri: url }) });
  const ws = socket();
  const listening = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(ws) });
  await check('Apollo Client', url, {
    ask: async (query, variables) => {
      const { data, error } = await client.query({ query: gql(query), variables, errorPolicy: 'all' });
      return { data, codes: CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => extensions.code) : [] };
    },
    cached: async (query, variables) => (await client.query({ query: gql(query), variables, fetchPolicy: 'cache-only' })).data,
    first: (query) => new Promise((resolve, reject) => {
      const seen = listening.subscribe({ query: gql(query) }).subscribe({ next: ({ data }) => { resolve(data); seen.unsubscribe(); }, error: reject });
    }),
  });
  await ws.dispose();
}
{
  const ws = socket();
  const schema = introspectionFromSchema(buildClientSchema(introspected));
  // What has no id belongs to what is around it, which graphcache wants to be told.
  const unkeyed = introspected.__schema.types.filter(({ fields }) => fields && !fields.some(({ name }) => name === 'id'));
  const keys = Object.fromEntries(unkeyed.map(({ name }) => [name, () => null]));
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ schema, keys }),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: ws.subscribe({ query: query ?? '', variables }, sink) }),
      }) }),
    ],
  });
  await check('urql with graphcache', url, {
    ask: async (query, variables) => {
      const { data, error } = await client.query(query, variables).toPromise();
      return { data, codes: error?.graphQLErrors.map(({ extensions }) => extensions.code) ?? [] };
    },
    cached: async (query, variables) => client.readQuery(query, variables, { requestPolicy: 'cache-only' })?.data,
    first: (query) => new Promise((resolve, reject) => {
      const { unsubscribe } = client.subscription(query, {}).subscribe(({ data, error }) => { error ? reject(error) : resolve(data); queueMicrotask(() => unsubscribe()); });
    }),
  });
  await ws.dispose();
}
process.exit(0);
