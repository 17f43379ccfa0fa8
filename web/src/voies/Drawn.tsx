// Pathways as picture, table and steps, with one of them chosen: under the question, and under a hand-written query.
import { useMemo, useState } from 'react';
import type { Pathway } from '../api/types';
import { groups as grouped, pathwayKey } from './groups';
import { picture } from './picture';
import { PictureView } from './PictureView';
import { StepsView } from './StepsView';
import { TableView } from './TableView';

export function Drawn({ pathways, filter = null, onChoose }: { pathways: Pathway[]; filter?: object | null; onChoose?: (pathway: Pathway) => void }) {
  const groups = useMemo(() => grouped(pathways), [pathways]);
  const drawn = useMemo(() => picture(groups), [groups]);
  const [chosenKey, setChosen] = useState<string | null>(null);
  const chosen = pathways.find((pathway) => pathwayKey(pathway) === chosenKey) ?? pathways[0]!;
  const choose = (pathway: Pathway) => {
    setChosen(pathwayKey(pathway));
    onChoose?.(pathway);
  };
  const chosenId = pathwayKey(chosen);
  return (
    <>
      <PictureView picture={drawn} chosen={chosenId} choose={choose} />
      <StepsView pathway={chosen} filter={filter} />
      <h3>Les mêmes voies en tableau</h3>
      {groups.some((group) => group.class !== null) && (
        <p className="quiet">Au même rang, les sources ne départagent pas les voies : leur ordre n’y dit rien.</p>
      )}
      <TableView groups={groups} chosen={chosenId} choose={choose} />
    </>
  );
}
