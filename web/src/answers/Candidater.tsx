// The answer to « Candidater »: how to apply, figures of past sessions with what they mean, a checklist, and the facts for
// the student's letter and mémoire. Facts with sources; no sentence is written for the student.
import { useEffect, useState } from 'react';
import { ask } from '../api/client';
import { HELD } from '../api/queries';
import type { Ent, Offers, Source, University } from '../api/types';
import { type Dossier, fileName, unique } from '../dossier/dossier';
import { useNames } from '../forms/names';
import { listed, plural } from '../words';
import { Places } from '../voies/PictureView';
import { Few, Record, Sources } from '../voies/render';
import { Figures, type Admission } from './Figures';
import { Notice } from './Trouble';
import { Shell, type AnswerProps } from './Shell';

interface Item {
  name: string;
  note: string | null;
  required: boolean;
}

export interface List {
  totalCount: number;
  edges: { node: Ent; sources: Source[] }[];
}

export interface Facts extends Ent {
  application: { platform: string | null; steps: Item[]; documents: Item[]; sources: Source[] } | null;
  admission: Admission[];
  admissionUnavailable: string | null;
  internships: { year: string; monthsMin: number | null; monthsMax: number | null; compulsory: boolean | null; note: string | null; sources: Source[] }[];
  profile: string | null;
  projects: string | null;
  thesis: string | null;
  courses: List;
  skills: List;
  sources: Source[];
}

interface Diploma extends Facts {
  university?: University | null;
  universities?: Offers;
  master?: Facts | null;
}

export interface CandidaterData {
  entity: Diploma | null;
  graph: { version: number };
}

const itemWords = ({ name, note, required }: Item) => `${name}${required ? '' : ' (pas partout)'}${note ? ` : ${note}` : ''}`;

/** A parcours' own, then what it inherits of its master. */
const both = (own: List, inherited?: List) => {
  const edges = [...new Map([...(inherited?.edges ?? []), ...own.edges].map((edge) => [edge.node.id, edge])).values()];
  return { nodes: edges.map(({ node }) => node), sources: unique(edges.flatMap((edge) => edge.sources)) };
};

export function Candidater({ data, ...shell }: AnswerProps<CandidaterData>) {
  const diploma = data.entity;
  const held = useHeld(shell.question.de);
  const name = useNames(shell.question.de);
  if (!diploma?.skills) return <Notice title="On candidate à un parcours ou à un master">« {diploma?.name ?? shell.question.a} » n’en est pas un.</Notice>;
  const skills = both(diploma.skills, diploma.master?.skills);
  const courses = both(diploma.courses, diploma.master?.courses);
  const shared = skills.nodes.filter(({ id }) => held?.has(id));
  const title = `Candidater ${diploma.kind === 'PARCOURS' ? 'au parcours' : 'au master'} ${diploma.name}`;
  // What no source says of the parcours itself may be said of its whole master: it is shown as that.
  const { master } = diploma;
  const application = diploma.application ?? master?.application ?? null;
  const profile = diploma.profile ?? master?.profile;
  const projects = diploma.projects ?? master?.projects;
  const thesis = diploma.thesis ?? master?.thesis;
  const internships = diploma.internships.length ? diploma.internships : (master?.internships ?? []);
  const silent = [
    !profile && 'le profil attendu',
    !skills.nodes.length && 'les compétences qu’elle développe',
    !projects && 'les projets à montrer',
    !courses.nodes.length && 'ses enseignements',
    !internships.length && 'ses stages',
    !thesis && 'son mémoire',
  ].filter((one) => one !== false);
  const brief = silent.length < 6 || shell.question.de.length > 0;
  const wide = (own: unknown, shown: unknown) => (!own && shown ? <p className="quiet">Dit pour tout le master, non pour ce parcours.</p> : null);
  const sources = unique([...(application?.sources ?? []), ...diploma.admission.map(({ source }) => source), ...internships.flatMap((item) => item.sources), ...skills.sources, ...courses.sources, ...diploma.sources]);
  const dossier = (): Dossier => ({
    file: fileName(title),
    title,
    version: data.graph.version,
    text: [
      ...(application ? ['Étapes', ...application.steps.map((item) => `- ${itemWords(item)}`), '', 'Pièces', ...application.documents.map((item) => `☐ ${itemWords(item)}`)] : ['Aucune source ne dit comment candidater.']),
      ...(profile ? ['', `Profil attendu : ${profile}`] : []),
      ...(projects ? [`Projets : ${projects}`] : []),
      ...(thesis ? [`Mémoire : ${thesis}`] : []),
      '', `Compétences développées : ${skills.nodes.map((node) => node.name).join(', ') || 'aucune source ne le dit'}`,
      `Enseignements : ${courses.nodes.map((node) => node.name).join(', ') || 'aucune source ne le dit'}`,
    ],
    table: {
      head: ['Sorte', 'Nom', 'Précision', 'Partout'],
      rows: [...(application?.steps ?? []).map((item) => ['étape', item.name, item.note, item.required ? 'oui' : 'non'] as (string | null)[]), ...(application?.documents ?? []).map((item) => ['pièce', item.name, item.note, item.required ? 'oui' : 'non'] as (string | null)[])],
    },
    sources,
    json: { question: shell.question, ...data },
  });
  return (
    <Shell {...shell} title={title} version={data.graph.version} dossier={dossier}>
      <p className="sentence">
        {diploma.kind === 'PARCOURS' ? <>Parcours {diploma.master ? <>du master <Record node={diploma.master} /></> : 'dont aucune source ne nomme le master'}, {diploma.university ? <Record node={{ ...diploma.university, kind: 'UNIVERSITY' }} /> : 'université non précisée par les sources'}.</> : diploma.universities?.totalCount ? <>Master, proposé par {plural(diploma.universities.totalCount, 'université')}.</> : <>Master ; aucune source ne dit quelles universités le proposent.</>}{' '}
        {application?.platform && <>On candidate sur <strong>{application.platform}</strong>.</>}
      </p>
      {diploma.universities?.totalCount ? <Places offers={diploma.universities} /> : null}
      {application ? (
        <div className="halves">
          <section>
            <h3>Étapes</h3>
            <ol className="phases">{application.steps.map((item) => <li key={item.name}><strong>{item.name}</strong>{!item.required && <span className="kind">pas partout</span>}{item.note && <p className="through">{item.note}</p>}</li>)}</ol>
          </section>
          <section>
            <h3>Pièces à réunir</h3>
            <ul className="checklist">{application.documents.map((item) => <Check key={item.name} item={item} />)}</ul>
          </section>
          <Sources sources={application.sources} />
          {wide(diploma.application, application)}
        </div>
      ) : <p className="quiet">Aucune source du graphe ne dit comment candidater à cette formation.</p>}
      <h3>Chiffres d’admission</h3>
      <Figures figures={diploma.admission} silence={diploma.admissionUnavailable} />
      {diploma.admission.length === 0 && master && master.admission.length > 0 && (
        <>
          <p className="quiet">Pour tout le master, toutes universités, non pour ce parcours :</p>
          <Figures figures={master.admission} silence={null} />
        </>
      )}
      {brief && <h3>Pour la lettre et l’entretien</h3>}
      {brief && <dl className="brief">
        {profile && (
          <>
            <dt>Profil attendu</dt>
            <dd>{profile}{wide(diploma.profile, profile)}</dd>
          </>
        )}
        {shell.question.de.length > 0 && (
          <>
            <dt>Ce que la formation développe et que {listed(shell.question.de.map(name))} apporte déjà</dt>
            <dd>{held === null ? 'Lecture en cours…' : shared.length ? <Few items={shared} shown={8} /> : 'Rien, d’après les sources : elles ne disent pas tout ; demandez à l’étudiant ce qu’il a fait.'}</dd>
          </>
        )}
        {skills.nodes.length > 0 && (
          <>
            <dt>Ce qu’elle développe {shell.question.de.length > 0 && 'en plus '}: à savoir nommer</dt>
            <dd><Few items={skills.nodes.filter((node) => !shared.includes(node))} shown={8} /></dd>
          </>
        )}
        {projects && (
          <>
            <dt>À montrer</dt>
            <dd>{projects}{wide(diploma.projects, projects)}</dd>
          </>
        )}
        {(courses.nodes.length > 0 || internships.length > 0) && <><dt>Questions à préparer</dt>
        <dd>
          <ul>
            {courses.nodes.slice(0, 3).map((course) => <li key={course.id}>« {course.name} » y est enseigné : qu’en a-t-on déjà fait ?</li>)}
            {internships.map(({ year, monthsMin, monthsMax, note }) => <li key={year}>Stage de {year}{monthsMin ? ` (${monthsMin === monthsMax || !monthsMax ? plural(monthsMin, 'mois', 'mois') : `${monthsMin} à ${monthsMax} mois`})` : ''} : où, et pour quoi faire ?{note && <span className="through"> {note}</span>}</li>)}
            {application?.steps.filter(({ name: step, note }) => /entretien/i.test(step) && note).map(({ note }) => <li key={note}>Entretien : {note}.</li>)}
          </ul>
        </dd></>}
      </dl>}
      {(thesis || courses.nodes.length > 0) && <h3>Pour le mémoire</h3>}
      {thesis && <p>{thesis}</p>}
      {wide(diploma.thesis, thesis)}
      {courses.nodes.length > 0 && <p><strong>Thèmes des enseignements :</strong> <Few items={courses.nodes} shown={10} render={(node) => <Record node={node} />} /></p>}
      {silent.length > 0 && <p className="quiet">Ce qu’aucune source du graphe ne dit de cette formation : {listed(silent)}. Demandez-le à l’université.</p>}
      <Sources sources={unique([...skills.sources, ...courses.sources, ...internships.flatMap((item) => item.sources), ...diploma.sources, ...(master?.sources ?? [])])} label="Sources de cette fiche" />
    </Shell>
  );
}

/** A box to tick, on the screen and on paper; nothing is kept. */
function Check({ item }: { item: Item }) {
  return (
    <li>
      <label>
        <input type="checkbox" /> <span>{item.name}{!item.required && <span className="kind">pas partout</span>}{item.note && <span className="through">{item.note}</span>}</span>
      </label>
    </li>
  );
}

/** The ids of the skills that the student has, as far as sources say; null until they are read. */
function useHeld(refs: string[]): Set<string> | null {
  const [held, setHeld] = useState<Set<string> | null>(null);
  const key = refs.filter((ref) => ref.includes('/')).join('\n');
  useEffect(() => {
    if (!key) return setHeld(new Set());
    const abort = new AbortController();
    ask<{ nodes: (Ent & { skills?: List })[] }>(HELD, { ids: key.split('\n') }, abort.signal).then(
      ({ nodes }) => setHeld(new Set(nodes.flatMap((node) => (node?.kind === 'SKILL' ? [node.id] : (node?.skills?.edges.map((edge) => edge.node.id) ?? []))))),
      () => abort.signal.aborted || setHeld(new Set()),
    );
    return () => abort.abort();
  }, [key]);
  return held;
}
