// The answer in one or two sentences. Counts are the API's; what is counted on this page alone is said of it.
import type { Pathways } from '../api/types';
import { listed, plural, universityWords } from '../words';
import { nodesOf, ownName, universitiesOf, universityCount } from './groups';

/** Whether all pathways are on the page. */
export const complete = ({ totalCount, exhaustive, nodes }: Pathways) =>
  exhaustive !== false && (!totalCount || (totalCount.exact && totalCount.value <= nodes.length));

export function sentence(answer: Pathways): string {
  const { nodes, totalCount } = answer;
  const [best] = nodes;
  if (!best) return 'Aucune voie dans les sources.';
  const all = complete(answer);
  const count = totalCount ?? { value: nodes.length, exact: all };
  const counted = count.exact ? plural(count.value, 'voie') : `Au moins ${plural(count.value, 'voie')}`;
  const masters = new Map(nodes.flatMap((pathway) => nodesOf(pathway).filter(({ kind }) => kind === 'MASTER')).map((master) => [master.id, master.name]));
  const universities = new Set(nodes.flatMap(universitiesOf).map(({ id }) => id));
  const cut = nodes.some((pathway) => universityCount(pathway) > universitiesOf(pathway).length);
  const by = masters.size === 1 ? `${nodes.length > 1 ? 'toutes ' : ''}par le master ${[...masters.values()][0]}` : masters.size ? `par ${plural(masters.size, 'master')}` : '';
  const at = universities.size ? `dans ${cut ? 'au moins ' : ''}${plural(universities.size, 'université')}` : '';
  const spread = [by, at].filter(Boolean).join(', ');
  const first = all
    ? [counted, spread].filter(Boolean).join(', ')
    : `${counted}${spread ? ` ; les ${nodes.length} premières passent ${[by.replace('toutes ', ''), at].filter(Boolean).join(', ')}` : ''}`;
  return `${first}. ${bestWords(answer)}`;
}

/** Which pathways no other is surely before. */
function bestWords({ nodes }: Pathways): string {
  const [best] = nodes;
  const leading = best!.class == null ? [best!] : nodes.filter((pathway) => pathway.class === best!.class);
  if (leading.length === 1) {
    const [university] = universitiesOf(best!);
    const many = universityCount(best!);
    const at = many === 1 && university ? `, ${universityWords(university)}` : many > 1 ? `, dans ${plural(many, 'université')}` : '';
    return `La mieux attestée : ${ownName(best!)}${at}.`;
  }
  const names = [...new Set(leading.map(ownName))];
  const said = names.length > 3 ? `${names.slice(0, 2).join(', ')} et ${names.length - 2} autres` : listed(names);
  return `Les ${leading.length} mieux attestées, à égalité : ${said}.`;
}
