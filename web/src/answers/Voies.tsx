// The answer to « Quelles voies de … à … ? »
import { useState } from 'react';
import { MOST, type Question } from '../address';
import type { Access, Asked, Ent, Pathway, Pathways } from '../api/types';
import { complete, sentence } from '../voies/sentence';
import { Drawn } from '../voies/Drawn';
import { pathwayKey } from '../voies/groups';
import { AccessNote, accessOf } from '../voies/render';
import { fromTo, kindName } from '../words';
import { dossierOfVoies } from '../dossier/voies';
import { Nothing } from './Nothing';
import { Shell, type AnswerProps } from './Shell';
import { useSaid, Words } from './Words';

export interface VoiesData {
  pathways: Pathways;
  graph: { version: number };
}

export function Voies({ data, ...shell }: AnswerProps<VoiesData>) {
  const { question, ask } = shell;
  const answer = data.pathways;
  const [chosen, setChosen] = useState<Pathway | null>(null);
  const title = fromTo(answer.from ?? [], answer.to ?? []);
  const best = answer.nodes.find((pathway) => pathwayKey(pathway) === (chosen && pathwayKey(chosen))) ?? answer.nodes[0];
  const said = answer.nodes.length ? sentence(answer) : `Aucune voie dans les sources, à la version ${data.graph.version} du graphe.`;
  const word = useSaid(question);
  const asked = [...(answer.asked ?? []), ...(word ? [{ ...word, entities: word.entities.filter(({ id }) => id === question.a) }] : [])];
  const notes = asked.flatMap(({ note }) => note ?? []);
  const filter = (shell.request.variables.ou as object | null) ?? null;
  return (
    <Shell {...shell} title={title} version={data.graph.version} dossier={() => dossierOfVoies({ title, said, data, chosen: best, question, notes })}>
      <Met asked={asked} question={question} ask={ask} />
      {accesses(answer).map(({ access, job }) => <AccessNote key={job.id} access={access} job={job} />)}
      {answer.nodes.length === 0 ? (
        <Nothing answer={answer} question={question} ask={ask} version={data.graph.version} />
      ) : (
        <>
          <p className="sentence">{said} <span className="caution">Le rang dit l’appui des sources, non vos chances.</span></p>
          {answer.exhaustive === false && answer.diagnosis && <p className="notice">{answer.diagnosis.message}</p>}
          <Silence nodes={answer.nodes} />
          <Drawn pathways={answer.nodes} filter={filter} onChoose={setChosen} />
          <More answer={answer} question={question} ask={ask} />
        </>
      )}
    </Shell>
  );
}

/** Each job's condition once: of those that pathways reach, or else of those that were asked for. */
export function accesses({ nodes, to }: Pathways): { access: Access; job: Ent }[] {
  if (!nodes.length) return (to ?? []).filter(({ regulated }) => regulated).map((job) => ({ access: accessOf(job), job }));
  const found = new Map<string, { access: Access; job: Ent }>();
  for (const { access, steps } of nodes) {
    const end = steps.at(-1)?.to;
    if (access && end && !found.has(end.id)) found.set(end.id, { access, job: end });
  }
  return [...found.values()];
}

/** The words that were met; and which record, where several bear the name. */
function Met({ asked, question, ask }: { asked: Asked[]; question: Question; ask: (question: Question) => void }) {
  const named = asked.filter(({ ref }) => !ref.includes('/'));
  return (
    <>
      <Words asked={asked.filter(({ entities }) => entities.length === 1)} />
      {named.filter(({ entities }) => entities.length > 1).map(({ ref, role, entities }) => (
        <section key={`${role} ${ref}`} className="notice" aria-label={`Plusieurs fiches pour « ${ref} »`}>
          <p>« {ref} » désigne {entities.length} fiches, que la réponse réunit. N’en garder qu’une :</p>
          <ul className="choices">
            {entities.map((node) => (
              <li key={node.id}>
                <button type="button" className="try" onClick={() => ask(role === 'TO' ? { ...question, a: node.id, dit: ref } : { ...question, de: question.de.map((one) => (one === ref ? node.id : one)) })}>
                  {node.name} <span className="note">— {kindName(node.kind)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** What no source says about the end. */
function Silence({ nodes }: { nodes: Pathway[] }) {
  const silent = nodes.some(({ access, steps }) => access === null && steps.at(-1)?.to.kind === 'JOB');
  return silent ? <p className="quiet">Aucune source du graphe ne dit si l’accès à ce métier est réglementé.</p> : null;
}

function More({ answer, question, ask }: { answer: Pathways; question: Question; ask: (question: Question) => void }) {
  const shown = answer.nodes.length;
  if (complete(answer) || shown < question.n) return null;
  if (question.n >= MOST) return <p className="quiet">Les {shown} premières voies sont montrées ; précisez la question pour voir les autres.</p>;
  return <button type="button" className="try more-voies" onClick={() => ask({ ...question, n: Math.min(MOST, question.n * 2) })}>Montrer plus de voies ({shown} montrées)</button>;
}
