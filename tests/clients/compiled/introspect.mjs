// The schema as introspection tells it, for clients that do not read the SDL: node introspect.mjs [URL] >schema.json
import { getIntrospectionQuery } from 'graphql';
import { raw } from '../shared.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
console.log(JSON.stringify({ data: await raw(url, getIntrospectionQuery()) }));
