// The answer to « Comparer »: a table, of differences alone on demand. Two to six parcours or masters.
import { useState } from 'react';
import type { Ent, Source, University } from '../api/types';
import { type Dossier, fileName, unique } from '../dossier/dossier';
import { listed, sourceWords } from '../words';
import { Few, Record, Sources } from '../voies/render';
import { type Fiche, sideBySide } from './fiches';
import { Shell, type AnswerProps } from './Shell';

export interface Cell {
  known: boolean;
  inherited: boolean;
  values: string[];
  entities: Ent[];
  unlike: Ent[];
  sources: Source[];
}

export interface Compared {
  parcours: (Ent & { university?: University | null })[];
  rows: { aspect: string; label: string; same: boolean; common: Ent[]; cells: Cell[] }[];
}

export type ComparerData = ({ compare: Compared } | { nodes: (Fiche | null)[] }) & { graph: { version: number } };

export function Comparer({ data, ...shell }: AnswerProps<ComparerData>) {
  const { parcours, rows } = 'compare' in data ? data.compare : sideBySide(data.nodes.filter((node) => node?.skills !== undefined) as Fiche[]);
  const [differences, setDifferences] = useState(false);
  const told = rows.filter(({ cells }) => cells.some(({ known }) => known));
  const shown = differences ? told.filter(({ same }) => !same) : told;
  const title = `Comparer ${listed(parcours.map(({ name }) => name))}`;
  const sources = unique(rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.sources)));
  const silent = rows.filter((row) => !told.includes(row)).map(({ label }) => label);
  const dossier = (): Dossier => ({
    file: fileName(title),
    title,
    version: data.graph.version,
    text: shown.flatMap(({ label, cells }) => [`${label} :`, ...cells.map((cell, index) => `- ${parcours[index]!.name} : ${cellWords(cell)}`)]),
    table: {
      head: ['Sujet', ...parcours.map(({ name, university }) => (university ? `${name} (${university.name})` : name)), 'Sources'],
      rows: shown.map(({ label, cells }) => [label, ...cells.map(cellWords), unique(cells.flatMap((cell) => cell.sources)).map(sourceWords).join(' ; ')]),
    },
    sources,
    json: { question: shell.question, ...data },
  });
  return (
    <Shell {...shell} title={title} version={data.graph.version} dossier={dossier}>
      <p className="toggle">
        <label><input type="checkbox" checked={differences} onChange={(event) => setDifferences(event.target.checked)} /> Seulement ce qui diffère ({told.filter(({ same }) => !same).length} sur {told.length})</label>
      </p>
      <div className="scroll" role="region" aria-label="Comparaison" tabIndex={0}>
        <table className="compare">
          <thead>
            <tr>
              <th scope="col">Sujet</th>
              {parcours.map((node) => <th scope="col" key={node.id}><Record node={node} />{node.university && <span className="where">{node.university.name}</span>}</th>)}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ aspect, label, cells, same }) => (
              <tr key={aspect} className={same ? 'same' : undefined}>
                <th scope="row">{label}</th>
                {cells.map((cell, index) => (
                  <td key={parcours[index]!.id} data-label={parcours[index]!.name}>
                    {!cell.known ? <span className="quiet">aucune source ne le dit</span> : (
                      <>
                        {cell.values.map((value) => <p key={value}>{value}</p>)}
                        {cell.entities.length > 0 && <p><Few items={differences && cell.unlike.length ? cell.unlike : cell.entities} render={(node) => <Record node={node} />} /></p>}
                        {cell.inherited && <p className="quiet">dit du master ou de l’université</p>}
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && <p>Rien ne diffère, d’après les sources.</p>}
      {silent.length > 0 && <p className="quiet">Ce qu’aucune source ne dit, d’aucune de ces formations : {listed(silent.map((label) => label.charAt(0).toLowerCase() + label.slice(1)))}.</p>}
      <Sources sources={sources} />
    </Shell>
  );
}

const cellWords = ({ known, values, entities }: Cell) => (known ? [...values, ...entities.map(({ name }) => name)].join(', ') : 'aucune source ne le dit');
