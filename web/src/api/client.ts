// How the questions ask: one POST, and every way in which it can fail as a `Failure`, which the page says in words.
import type { Ent } from './types';

/** Why there is no answer. `code` is the API's, or `OFFLINE` when no answer came at all. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Near names of an unknown ref, or the bearers of an ambiguous one. */
    readonly choices: (Ent | string)[] = [],
    /** After how many seconds to ask again, when the server says so. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

interface ApiError {
  message: string;
  extensions?: { code?: string; suggestions?: (Ent | string)[]; candidates?: Ent[]; retryAfter?: number };
}

export const endpoint = new URL('./graphql', globalThis.document?.baseURI ?? 'http://localhost').href;

/** The answer's data, as the document asks for it; or a Failure. */
export async function ask<T>(query: string, variables: object, signal?: AbortSignal): Promise<T> {
  let response: Response;
  let body: { data?: T | null; errors?: ApiError[] };
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    body = await response.json();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Failure('OFFLINE', cause instanceof SyntaxError ? 'réponse illisible' : 'pas de réponse');
  }
  const error = body.errors?.[0];
  if (error || !body.data) {
    const { code = String(response.status), suggestions, candidates } = error?.extensions ?? {};
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
    // A place has a name alone.
    const choices = (candidates ?? suggestions ?? []).map((choice) => (typeof choice === 'string' || choice.id ? choice : choice.name));
    throw new Failure(code, error?.message ?? '', choices, Number.isFinite(wait) ? wait : undefined);
  }
  return body.data;
}
