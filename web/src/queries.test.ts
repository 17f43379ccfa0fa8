import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import sdl from '../../schema.graphql?raw';
import explain from '../../src/pathway/explain.rs?raw';
import * as queries from './api/queries';
import { bounds } from './words';

const schema = buildSchema(sdl);

test.each(Object.entries(queries))('%s is a question that the API answers', (_, query) => {
  expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
});

test.each(Object.entries(bounds))('the bound %s of a word for strength is the API’s', (name, bound) => {
  expect(new RegExp(`const ${name}: f64 = ([0-9.]+);`).exec(explain)?.[1]).toBe(String(bound));
});
