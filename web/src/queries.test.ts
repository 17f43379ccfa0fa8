import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import sdl from '../../schema.graphql?raw';
import * as queries from './api/queries';

const schema = buildSchema(sdl);

test.each(Object.entries(queries))('%s is a question that the API answers', (_, query) => {
  expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
});
