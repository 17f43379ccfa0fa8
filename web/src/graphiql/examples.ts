// The tabs of a first visit: one file of examples/ each, in the order of their names. GraphiQL keeps a returning
// visitor's own tabs instead.
const files = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

export const examples = Object.keys(files)
  .sort()
  .map((name) => ({ query: files[name]!.trimEnd() }));
