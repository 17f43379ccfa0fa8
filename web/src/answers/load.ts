// From a question to its document, its variables and its answer.
import { useCallback, useEffect, useState } from 'react';
import type { Question } from '../address';
import { ask, Failure } from '../api/client';
import { APRES, CANDIDATER, COMPARER, FICHES, MANQUE, VOIES } from '../api/queries';
import { filterOf } from '../forms/providers';

export interface Request {
  query: string;
  variables: Record<string, unknown>;
}

/** What the question asks of the API: also what « Voir la requête » opens. */
export async function request({ q, de, a, ou, rythme, n }: Question): Promise<Request> {
  switch (q) {
    case 'voies':
      return { query: VOIES, variables: { de, a, ou: await filterOf(ou, rythme), premieres: n } };
    case 'apres':
      return { query: APRES, variables: { de, ou: await filterOf(ou, rythme) } };
    case 'manque':
      return { query: MANQUE, variables: { de, a } };
    case 'comparer':
      return { query: de.some((ref) => ref.startsWith('master/')) ? FICHES : COMPARER, variables: { de } };
    case 'candidater':
      return { query: CANDIDATER, variables: { a } };
  }
}

export type Loaded<T> =
  | { state: 'waiting' }
  | { state: 'failed'; failure: Failure }
  | { state: 'answered'; data: T; request: Request };

/** The answer to the question, asked anew when it changes or on `retry`; an answer that comes late is dropped. */
export function useAnswer<T>(question: Question): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T> & { key?: string }>({ state: 'waiting' });
  const [times, setTimes] = useState(0);
  const { version: _, ...asked } = question;
  const key = JSON.stringify(asked);
  useEffect(() => {
    const abort = new AbortController();
    setLoaded({ state: 'waiting' });
    (async () => {
      const sent = await request(question);
      const data = await ask<T>(sent.query, sent.variables, abort.signal);
      if (!abort.signal.aborted) setLoaded({ key, state: 'answered', data, request: sent });
    })().catch((cause) => {
      if (abort.signal.aborted) return;
      setLoaded({ key, state: 'failed', failure: cause instanceof Failure ? cause : new Failure('INTERNAL', String(cause)) });
    });
    return () => abort.abort();
  }, [key, times]);
  // Until the effect has run, what is here answers the question before, perhaps of another form.
  return [loaded.key === key ? loaded : { state: 'waiting' }, useCallback(() => setTimes((before) => before + 1), [])];
}
