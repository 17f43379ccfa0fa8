// The dossier of « Quelles voies ? »: all pathways, and the chosen one step by step.
import { filters } from '../answers/Shell';
import type { Question } from '../address';
import type { Pathway } from '../api/types';
import type { VoiesData } from '../answers/Voies';
import { accesses } from '../answers/Voies';
import { groups, nodesOf, ownName, universitiesOf, whereWords, wordOf } from '../voies/groups';
import { grounds } from '../voies/TableView';
import { evidencePhrase, sourceWords, strengthWord, universityWords } from '../words';
import { type Dossier, fileName, unique } from './dossier';

interface Parts {
  title: string;
  said: string;
  data: VoiesData;
  chosen: Pathway | undefined;
  question: Question;
  /** What must be known of the words used. */
  notes: string[];
}

export function dossierOfVoies({ title, said, data, chosen, question, notes }: Parts): Dossier {
  const { nodes, diagnosis } = data.pathways;
  const text = [
    ...notes.map((note) => `À savoir : ${note}`),
    ...accesses(data.pathways).filter(({ access }) => access.regulated).map(({ access, job }) => `Métier réglementé : ${job.name}. ${access.text ?? ''}`),
    said,
    ...(filters(question) ? [`Seulement : ${filters(question)}.`] : []),
    ...(nodes.length ? ['Le rang dit l’appui des sources, non vos chances.', ''] : (diagnosis?.reasons ?? []).map(({ message }) => message)),
    ...groups(nodes).map((group) => `${group.class ?? '·'}. ${group.pathways.map((pathway) => `${ownName(pathway)} (${whereWords([pathway])})`).join(' ; ')} — ${group.word} : ${grounds(group)}`),
    ...(chosen ? ['', `La voie en détail : ${ownName(chosen)}`, ...chosen.steps.flatMap((step) => [
      `- ${step.from.name} → ${step.to.name} : ${strengthWord(step.strength)}`,
      ...step.evidence.map((evidence) => `    ${evidencePhrase(evidence, step.from)} (${strengthWord(evidence.strength)}). ${(evidence.sources ?? []).map(sourceWords).join(' ; ')}`),
    ])] : []),
  ];
  return {
    file: fileName(title),
    title,
    version: data.graph.version,
    text,
    table: {
      head: ['Rang', 'Voie', 'Étapes', 'Universités', 'Ce qui fonde la dernière étape', 'Appui des sources', 'Score', 'Sources'],
      rows: groups(nodes).flatMap((group) => group.pathways.map((pathway) => [
        pathway.class ?? null,
        ownName(pathway),
        nodesOf(pathway).map(({ name }) => name).join(' → '),
        universitiesOf(pathway).map(universityWords).join(' ; ') || 'non précisé par les sources',
        grounds({ ...group, pathways: [pathway] }),
        wordOf(pathway),
        pathway.score ?? null,
        sourcesOf(pathway).map(sourceWords).join(' ; '),
      ])),
    },
    sources: unique(nodes.flatMap((pathway) => [...sourcesOf(pathway), ...(pathway.access?.sources ?? [])])),
    json: { question, ...data },
  };
}

export const sourcesOf = (pathway: Pathway) => unique(pathway.steps.flatMap(({ evidence }) => evidence.flatMap(({ sources }) => sources ?? [])));
