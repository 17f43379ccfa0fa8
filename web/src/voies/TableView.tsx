// The equal table: the same groups as the picture, a row each, with every parcours and university by name.
import type { Pathway } from '../api/types';
import { evidenceShort, universityWords } from '../words';
import { ownName, parcoursOf, pathwayKey, universitiesOf, universityCount, weakestStep, type Group } from './groups';
import { Places } from './PictureView';
import { Record, Strength } from './render';

/** What the last step of a group's pathways rests on. */
export const grounds = ({ pathways }: Group) =>
  [...new Set(pathways.flatMap((pathway) => pathway.steps.at(-1)?.evidence.map(evidenceShort) ?? []))].join(' ; ');

const SEVERAL = 3;

export function TableView({ groups, chosen, choose }: { groups: Group[]; chosen: string; choose: (pathway: Pathway) => void }) {
  const classed = groups.some((group) => group.class !== null);
  const jobs = new Set(groups.flatMap(({ pathways }) => pathways.map(({ steps }) => steps.at(-1)?.to.id)));
  return (
    <div className="scroll" role="region" aria-label="Les mêmes voies en tableau" tabIndex={0}>
      <table className="voies">
        <thead>
          <tr>
            {classed && <th scope="col">Rang</th>}
            <th scope="col">Voie, et où</th>
            {jobs.size > 1 && <th scope="col">Arrivée</th>}
            <th scope="col">Ce qui fonde la dernière étape</th>
            <th scope="col">Appui des sources</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.key}>
              {classed && <td data-label="Rang">{group.class}</td>}
              <td data-label="Voie, et où">
                <ul className="plain">
                  {group.pathways.map((pathway) => (
                    <li key={pathwayKey(pathway)} data-pathway={pathwayKey(pathway)}>
                      <button type="button" className="choose" aria-pressed={pathwayKey(pathway) === chosen} onClick={() => choose(pathway)}>
                        {ownName(pathway)}
                      </button>
                      <Where pathway={pathway} />
                      {!alike(group) && <p className="through">{through(pathway)}</p>}
                    </li>
                  ))}
                </ul>
                {alike(group) && <p className="through">{through(group.pathways[0]!)}</p>}
              </td>
              {jobs.size > 1 && <td data-label="Arrivée"><Record node={group.pathways[0]!.steps.at(-1)!.to} /></td>}
              <td data-label="Ce qui fonde la dernière étape">{grounds(group)}</td>
              <td data-label="Appui des sources">
                <Strength word={group.word} upTo={group.best} />
                <span className="weak">étape la moins attestée : {weakest(group)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The end of the step on which the pathways of a group hang most, where it is the same for all. */
function weakest({ pathways }: Group) {
  const ends = [...new Set(pathways.map((pathway) => weakestStep(pathway).to.name))];
  return ends.length === 1 ? ends[0] : 'selon la voie';
}

/** The diplomas between the ends that the name of the way doesn't say. */
function through(pathway: Pathway) {
  const stops = pathway.steps.slice(0, -1).map(({ to }) => to);
  const said = stops.filter(({ kind }) => kind === 'LICENCE' || (kind === 'MASTER' && parcoursOf(pathway)));
  return said.length ? `par ${said.map(({ kind, name }) => `${kind === 'MASTER' ? 'le master' : 'la licence'} ${name}`).join(', puis ')}` : '';
}

const alike = ({ pathways }: Group) => new Set(pathways.map(through)).size === 1;

function Where({ pathway }: { pathway: Pathway }) {
  const known = universitiesOf(pathway);
  if (!universityCount(pathway)) return <span className="where">université non précisée par les sources</span>;
  if (known.length <= SEVERAL) return <span className="where">{known.map(universityWords).join(' ; ')}</span>;
  return <div className="where">dans {universityCount(pathway)} universités<Places offers={pathway.offers} /></div>;
}
