// The chosen pathway, step by step: what each rests on, who says it and when, what no source says.
import { useEffect, useState } from 'react';
import { ask } from '../api/client';
import { SKILLS } from '../api/queries';
import type { Ent, Pathway } from '../api/types';
import { evidencePhrase, kindName, plural, relationPhrase, strengthWord } from '../words';
import { nodesOf, ownName, pathwayKey, universitiesOf, universityCount, weakestStep, whereWords } from './groups';
import { Few, Record, Sources, Strength } from './render';

export function StepsView({ pathway, filter }: { pathway: Pathway; filter: object | null }) {
  const weakest = weakestStep(pathway);
  const offered = universitiesOf(pathway);
  return (
    <section className="chosen-voie" aria-labelledby="chosen">
      <h3 id="chosen">{ownName(pathway)} — {whereWords([pathway])}</h3>
      <ol className="steps">
        {pathway.steps.map((step) => (
          <li key={`${step.from.id} ${step.to.id}`}>
            <p className="step">
              <Record node={step.from} /> <span aria-label="mène à">→</span> <strong><Record node={step.to} /></strong> <span className="kind">{kindName(step.to.kind)}</span>{' '}
              <Strength word={strengthWord(step.strength)} />
            </p>
            <p className="says">{relationPhrase(step.relation)} :</p>
            <ul className="evidence">
              {step.evidence.map((evidence) => (
                <li key={evidence.kind}>
                  {evidencePhrase(evidence, step.from)} ({strengthWord(evidence.strength)})
                  {evidence.kind === 'SKILLS' && evidence.skills?.length ? <> : <Few items={evidence.skills} /></> : null}.
                  <Sources sources={evidence.sources} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <p>
        <strong>À vérifier d’abord :</strong> l’étape la moins attestée, {weakest.from.name} → {weakest.to.name} ({strengthWord(weakest.strength)}).
        {universityCount(pathway) === 0 && ' Aucune source ne dit quelle université propose cette formation.'}
      </p>
      {offered.length > 1 && <p><strong>Où :</strong> <Few items={offered.map(({ id, name }) => ({ id, name, kind: 'UNIVERSITY' }))} shown={6} render={(node) => <Record node={node} />} />.</p>}
      <Skills key={pathwayKey(pathway)} pathway={pathway} filter={filter} />
    </section>
  );
}

type Held = { gained: Ent[] | null; missing: Ent[] | null } | 'waiting' | 'failed';

/** What the diploma develops and what the job asks for beyond it; asked for this pathway alone. */
function Skills({ pathway, filter }: { pathway: Pathway; filter: object | null }) {
  const given = pathway.skillsMissing !== undefined ? { gained: pathway.skillsGained ?? null, missing: pathway.skillsMissing } : null;
  const [held, setHeld] = useState<Held>(given ?? 'waiting');
  useEffect(() => {
    if (given) return;
    const abort = new AbortController();
    skillsOf(pathway, filter, abort.signal).then(setHeld, () => abort.signal.aborted || setHeld('failed'));
    return () => abort.abort();
  }, [pathway, filter]);
  if (held === 'waiting') return <p className="quiet">Compétences : lecture en cours…</p>;
  if (held === 'failed') return <p className="quiet">Les compétences n’ont pas pu être lues ; choisissez la voie à nouveau pour réessayer.</p>;
  const { gained, missing } = held;
  const job = nodesOf(pathway).at(-1)!;
  return (
    <>
      <p>
        <strong>Compétences développées :</strong>{' '}
        {gained === null ? 'aucune source ne dit ce que ce diplôme développe.' : gained.length ? <Few items={gained} /> : 'aucune source n’en cite.'}
      </p>
      {job.kind === 'JOB' && missing && (
        <p>
          <strong>Demandées par le métier, et que les sources ne disent pas développées :</strong>{' '}
          {missing.length ? <><Few items={missing} /> ({plural(missing.length, 'compétence')})</> : 'aucune.'}
        </p>
      )}
    </>
  );
}

/** The pathway is found again through its own nodes, among those that share them. */
async function skillsOf(pathway: Pathway, ou: object | null, signal: AbortSignal): Promise<Held> {
  const ids = nodesOf(pathway).map(({ id }) => id);
  const variables = { de: ids[0], a: ids.at(-1), via: ids.slice(1, -1), ou, etapes: pathway.steps.length };
  const { pathways } = await ask<{ pathways: { nodes: Pathway[] } }>(SKILLS, variables, signal);
  const same = pathways.nodes.find((other) => pathwayKey(other) === pathwayKey(pathway));
  return same ? { gained: same.skillsGained ?? null, missing: same.skillsMissing ?? null } : 'failed';
}
