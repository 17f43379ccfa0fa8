// The words by which the question's records were found: what each is read as here, and what must be known of it.
import { useEffect, useState } from 'react';
import type { Question } from '../address';
import { ask } from '../api/client';
import { WORD } from '../api/queries';
import type { Asked } from '../api/types';
import { folded } from '../words';

/** The word by which the end was found, once read: null where it means another record, or nothing more. */
export function useSaid({ a, dit }: Question): Asked | null {
  const [said, setSaid] = useState<Asked | null>(null);
  useEffect(() => {
    setSaid(null);
    if (!a || !dit) return;
    const abort = new AbortController();
    ask<{ pathways: { asked: Asked[] } }>(WORD, { a, dit }, abort.signal).then(
      ({ pathways }) => setSaid(pathways.asked.find(({ ref, role, entities }) => role === 'TO' && ref === dit && entities.some(({ id }) => id === a)) ?? null),
      () => {}, // the answer stands without it
    );
    return () => abort.abort();
  }, [a, dit]);
  return said;
}

/** « Avocat » se lit ici : Juriste ; and before all else what the record does not say. */
export function Words({ asked }: { asked: Asked[] }) {
  const read = asked.filter(({ ref, entities }) => !ref.includes('/') && entities[0] && folded(ref) !== folded(entities[0].name));
  return (
    <>
      {asked.filter(({ note }) => note).map(({ ref, note }) => (
        <section key={ref} className="notice regulated" aria-label={`À savoir : ${ref}`}>
          <p><strong>À savoir.</strong> {note}</p>
        </section>
      ))}
      {read.length > 0 && <p className="quiet">{read.map(({ ref, entities }) => `« ${ref} » se lit ici : ${entities[0]!.name}.`).join(' ')}</p>}
    </>
  );
}
