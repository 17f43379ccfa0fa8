// The answer to « Que faire après … ? »: masters, jobs, further studies and other licences within reach, each with how well
// its best pathway is attested and the question that shows it.
import { blank, write } from '../address';
import type { Ent, Kind, Pathway } from '../api/types';
import { type Dossier, fileName, unique } from '../dossier/dossier';
import { sourcesOf } from '../dossier/voies';
import { useNames } from '../forms/names';
import { listed, plural, sourceWords } from '../words';
import { nodesOf, wordOf } from '../voies/groups';
import { Record, Strength } from '../voies/render';
import { Shell, type AnswerProps } from './Shell';

interface Reached {
  totalCount: number;
  edges: { score: number; node: Ent; best: Pathway }[];
}

export interface ApresData {
  masters: Reached;
  metiers: Reached;
  etudes: Reached;
  licences: Reached;
  graph: { version: number };
}

const LISTS: [keyof Omit<ApresData, 'graph'>, string, Kind, string][] = [
  ['masters', 'Masters', 'MASTER', 'master'],
  ['metiers', 'Métiers', 'JOB', 'métier'],
  ['etudes', 'Poursuites d’études', 'STUDY', 'poursuite d’études'],
  ['licences', 'Autres licences, par passerelle', 'LICENCE', 'licence'],
];

export function Apres({ data, ...shell }: AnswerProps<ApresData>) {
  const { question } = shell;
  const name = useNames(question.de);
  const starts = new Map(LISTS.flatMap(([key]) => data[key].edges.flatMap(({ best }) => nodesOf(best).slice(0, 1))).map((node) => [node.id, node.name]));
  const title = `Que faire après ${starts.size ? listed([...starts.values()]) : question.de.map(name).join(', ')} ?`;
  const counts = LISTS.filter(([key]) => data[key].totalCount).map(([key, , , one]) => plural(data[key].totalCount, one, one === 'poursuite d’études' ? 'poursuites d’études' : undefined));
  const said = counts.length ? `D’après les sources : ${counts.join(', ')}.` : 'Aucune source ne dit ce qui suit.';
  const dossier = (): Dossier => {
    const rows = LISTS.flatMap(([key, , , one]) => data[key].edges.map(({ node, best }) => ({ one, node, best })));
    return {
      file: fileName(title),
      title,
      version: data.graph.version,
      text: [said, '', ...rows.map(({ one, node, best }) => `- ${node.name} (${one}) : ${wordOf(best)}, par ${nodesOf(best).slice(1).map((stop) => stop.name).join(' → ')}`)],
      table: {
        head: ['Nature', 'Nom', 'Appui des sources', 'Meilleure voie', 'Sources'],
        rows: rows.map(({ one, node, best }) => [one, node.name, wordOf(best), nodesOf(best).map((stop) => stop.name).join(' → '), sourcesOf(best).map(sourceWords).join(' ; ')]),
      },
      sources: unique(rows.flatMap(({ best }) => sourcesOf(best))),
      json: { question, ...data },
    };
  };
  return (
    <Shell {...shell} title={title} version={data.graph.version} dossier={dossier}>
      <p className="sentence">{said} <span className="caution">L’ordre dit l’appui des sources, non vos chances.</span></p>
      {LISTS.map(([key, heading]) => data[key].edges.length > 0 && (
        <section key={key} className="reached">
          <h3>{heading}</h3>
          <ul>
            {data[key].edges.map(({ node, best }) => (
              <li key={node.id}>
                <div><strong><Record node={node} /></strong> <Strength word={wordOf(best)} /></div>
                <p className="through">{throughWords(best)}</p>
                {question.de.length === 1 && nodesOf(best).length > 1 && node.kind !== 'LICENCE' && (
                  <p className="links">
                    <a href={`./${write({ ...blank('voies'), de: question.de, a: node.id, ou: question.ou, rythme: question.rythme })}`}>Voir les voies<span className="unseen"> vers {node.name}</span></a>
                    {node.kind === 'MASTER' && <a href={`./${write({ ...blank('candidater'), a: node.id })}`}>Candidater<span className="unseen"> à {node.name}</span></a>}
                  </p>
                )}
              </li>
            ))}
          </ul>
          {data[key].totalCount > data[key].edges.length && <p className="quiet">Les {data[key].edges.length} mieux attestés sur {data[key].totalCount.toLocaleString('fr-FR')}.</p>}
        </section>
      ))}
    </Shell>
  );
}

function throughWords(best: Pathway) {
  const between = nodesOf(best).slice(1, -1);
  return between.length ? `par ${between.map(({ name }) => name).join(', puis ')}` : 'directement';
}
