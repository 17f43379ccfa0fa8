// The answer to « Que me manque-t-il pour … ? »
import { blank, write } from '../address';
import type { Ent, Job, Source, University } from '../api/types';
import { type Dossier, fileName, unique } from '../dossier/dossier';
import { useNames } from '../forms/names';
import { listed, plural, sourceWords } from '../words';
import { AccessNote, accessOf, Few, Record, Sources } from '../voies/render';
import { Shell, type AnswerProps } from './Shell';
import { useSaid, Words } from './Words';

interface Required {
  weight: number;
  skill: Ent;
  sources: Source[];
}

interface Closing {
  atLeast: number;
  exact: boolean;
  items: { entity: Ent & { university?: University | null }; skills: Ent[] }[];
  uncovered: Ent[];
}

export interface ManqueData {
  skillGap: {
    target: Job;
    coverage: number | null;
    held: Required[];
    missing: Required[];
    unknown: Ent[];
    courses: Closing;
    parcours: Closing;
  };
  graph: { version: number };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

export function Manque({ data, ...shell }: AnswerProps<ManqueData>) {
  const { question } = shell;
  const gap = data.skillGap;
  const name = useNames(question.de);
  const word = useSaid(question);
  const have = listed(question.de.map(name));
  const title = `Que manque-t-il, avec ${have}, pour le métier ${gap.target.name} ?`;
  const required = gap.held.length + gap.missing.length;
  const blind = gap.held.length === 0 && gap.unknown.length > 0 && gap.unknown.length === question.de.length; // no source says what any of it develops
  const said = blind && required > 0
    ? `Le métier ${gap.target.name} demande ${plural(required, 'compétence')}, d’après les sources ; aucune ne dit lesquelles ${have} apporte : l’écart ne peut pas être mesuré.`
    : required === 0
    ? `Aucune source ne dit quelles compétences demande le métier ${gap.target.name}.`
    : gap.missing.length === 0
      ? `Rien : les sources disent acquises les ${required} compétences demandées.`
      : `Sur ${plural(required, 'compétence demandée', 'compétences demandées')}, ${gap.held.length} ${gap.held.length > 1 ? 'sont acquises' : 'est acquise'} d’après les sources, ${gap.missing.length} ${gap.missing.length > 1 ? 'manquent' : 'manque'}${gap.coverage === null ? '' : ` (${percent(gap.coverage)} acquis, selon l’importance de chacune)`}.`;
  const sources = unique([...gap.held, ...gap.missing].flatMap((item) => item.sources));
  const dossier = (): Dossier => ({
    file: fileName(title),
    title,
    version: data.graph.version,
    text: [...(word?.note ? [`À savoir : ${word.note}`] : []), said, '', blind ? 'Ce que demande le métier :' : 'Ce qui manque :', ...gap.missing.map(({ skill }) => `- ${skill.name}`), ...(blind ? [] : ['', 'Ce qui est acquis :']), ...gap.held.map(({ skill }) => `- ${skill.name}`)],
    table: {
      head: ['Compétence', 'État', 'Importance', 'Sources'],
      rows: [[blind ? 'demandée' : 'manque', gap.missing] as const, ['acquise', gap.held] as const].flatMap(([state, list]) => list.map(({ skill, weight, sources: cited }) => [skill.name, state, weight, cited.map(sourceWords).join(' ; ')])),
    },
    sources,
    json: { question, ...data },
  });
  return (
    <Shell {...shell} title={title} version={data.graph.version} dossier={dossier}>
      {word && <Words asked={[{ ...word, entities: [gap.target] }]} />}
      {gap.target.regulated && (
        <AccessNote access={accessOf(gap.target)} job={gap.target}>
          <p>Des compétences n’y suffisent pas.</p>
        </AccessNote>
      )}
      <p className="sentence">{said}</p>
      {gap.unknown.length > 0 && !blind && <p className="quiet">Aucune source ne dit ce que développe : {listed(gap.unknown.map((node) => node.name))}. Cela ne veut pas dire : rien.</p>}
      <div className="halves">
        <SkillList heading={blind ? 'Ce que demande le métier' : 'Ce qui manque'} items={gap.missing} empty="Rien." />
        {!blind && <SkillList heading="Ce qui est acquis" items={gap.held} empty="Rien, d’après les sources." />}
      </div>
      <Sources sources={sources} />
      {gap.missing.length > 0 && (
        <>
          <Closer heading="Des parcours qui le combleraient" closing={gap.parcours} />
          <Closer heading="Des enseignements qui le combleraient" closing={gap.courses} />
          {question.de.length === 1 && <p className="links"><a href={`./${write({ ...blank('voies'), de: question.de, a: gap.target.id })}`}>Voir les voies vers ce métier</a></p>}
        </>
      )}
    </Shell>
  );
}

function SkillList({ heading, items, empty }: { heading: string; items: Required[]; empty: string }) {
  const most = [...items].sort((a, b) => b.weight - a.weight).map(({ skill }) => skill);
  return (
    <section>
      <h3>{heading} ({items.length})</h3>
      <p>{most.length ? <Few items={most} /> : empty}</p>
    </section>
  );
}

const MOST_CLOSING = 5;

function Closer({ heading, closing }: { heading: string; closing: Closing }) {
  if (!closing.items.length) return null;
  return (
    <section>
      <h3>{heading}</h3>
      <ol>
        {closing.items.slice(0, MOST_CLOSING).map(({ entity, skills }) => (
          <li key={entity.id}>
            <Record node={entity} />{entity.university ? ` (${entity.university.name})` : ''} : {plural(skills.length, 'compétence')}, <Few items={skills} shown={3} />.
          </li>
        ))}
      </ol>
      {closing.items.length > MOST_CLOSING && <p className="quiet">et {plural(closing.items.length - MOST_CLOSING, 'autre formation', 'autres formations')}.</p>}
      {closing.uncovered.length > 0 && <p className="quiet">Qu’aucune formation du graphe n’apporte, d’après les sources : <Few items={closing.uncovered} />.</p>}
    </section>
  );
}
