// The picture drawn: a CSS grid of lists of buttons, and behind them an SVG of curves from box to box. The curves say
// again what the boxes and the table say, so that a screen reader skips them and paper goes without.
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Ent, Offers, Pathway } from '../api/types';
import { bars, kindName, plural } from '../words';
import { ownName, parcoursOf, pathwayKey, universitiesOf, universityCount, whereWords, wordOf, type Group } from './groups';
import type { Picture } from './picture';
import { Strength } from './render';

interface Choice {
  chosen: string;
  choose: (pathway: Pathway) => void;
}

interface Curve {
  key: string;
  path: string;
  className: string;
}

const TALL = 6; // boxes: beyond, the middle of a layer is out of sight
const WIDE = '(min-width: 56.25rem)';

export function PictureView({ picture, chosen, choose }: { picture: Picture } & Choice) {
  const frame = useRef<HTMLDivElement>(null);
  const [curves, setCurves] = useState<Curve[]>([]);
  const draw = useCallback(() => {
    const root = frame.current;
    if (!root) return;
    if (!window.matchMedia(WIDE).matches) return setCurves([]);
    const origin = root.getBoundingClientRect();
    const boxes = new Map([...root.querySelectorAll<HTMLElement>('[data-box]')].map((box) => [box.dataset.box!, box.getBoundingClientRect()]));
    setCurves(
      picture.links.flatMap((link) => {
        const [a, b] = [boxes.get(link.from), boxes.get(link.to)];
        if (!a || !b) return [];
        const [x1, y1, x2, y2] = [a.right - origin.left, a.top + a.height / 2 - origin.top, b.left - origin.left, b.top + b.height / 2 - origin.top];
        const bend = (x2 - x1) / 2;
        return [{ key: `${link.from} ${link.to}`, path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, className: `w${link.word ? bars(link.word) : 0}${link.pathways.has(chosen) ? ' lit' : ''}` }];
      }),
    );
  }, [picture, chosen]);
  useLayoutEffect(() => {
    draw();
    const observer = new ResizeObserver(draw);
    for (const box of frame.current?.querySelectorAll('[data-box]') ?? []) observer.observe(box);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [draw]);
  return (
    <figure className="picture" aria-label="Les voies en dessin">
      <div className={picture.layers.some(({ boxes }) => boxes.length > TALL) ? 'layers tall' : 'layers'} ref={frame} style={{ gridTemplateColumns: columns(picture) }}>
        <svg className="curves" aria-hidden="true" focusable="false">
          {curves.map(({ key, path, className }) => <path key={key} d={path} className={className} />)}
        </svg>
        {picture.layers.map(({ title, boxes }, index) => (
          <div key={index} className="layer">
            <h3>{title}</h3>
            <ul>
              {boxes.map(({ id, node, nodes, group }) => (
                <li key={id} data-box={id} data-nodes={(nodes ?? (node && [node]))?.map((one) => one.id).join(' ')} data-pathways={group && JSON.stringify(group.pathways.map(pathwayKey))}>
                  {group ? <GroupBox group={group} chosen={chosen} choose={choose} /> : nodes ? <Many nodes={nodes} /> : <a className="box" href={`./${node!.id}`}>{node!.name}</a>}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <figcaption className="legend">
        <span className="l3">trait épais : bien attesté</span> <span className="l2">trait fin : attesté</span>{' '}
        <span className="l1">tirets : peu attesté</span>
      </figcaption>
    </figure>
  );
}

function columns({ layers }: Picture) {
  return layers.map(({ boxes }) => (boxes.some(({ group }) => group) ? 'minmax(14rem, 1.7fr)' : 'minmax(9rem, 1fr)')).join(' ');
}

/** As many masters or jobs as one box holds; the group's own box names them. */
function Many({ nodes }: { nodes: Ent[] }) {
  return <span className="box many">{plural(nodes.length, kindName(nodes[0]!.kind))}</span>;
}

/** One group: chosen by a press; of several pathways, the press also opens the list to choose among. */
function GroupBox({ group, chosen, choose }: { group: Group } & Choice) {
  const [open, setOpen] = useState(false);
  const holds = group.pathways.some((pathway) => pathwayKey(pathway) === chosen);
  const several = group.pathways.length > 1;
  const [only] = group.pathways;
  // Its master has a box of its own: here is where it can be studied.
  const offers = !several && !parcoursOf(only!) && universityCount(only!) > 0;
  return (
    <div className={holds ? 'group chosen' : 'group'}>
      <button
        type="button"
        className="box"
        aria-pressed={several ? undefined : holds}
        aria-expanded={several ? open : undefined}
        onClick={() => {
          if (several) setOpen(!open);
          if (!holds) choose(group.pathways[0]!);
        }}
      >
        {offers ? <strong><span className="unseen">{group.title} : </span>{group.where}</strong> : <strong>{group.title}</strong>}
        {!offers && <span className="where">{group.where}</span>}
        <Strength word={group.word} upTo={group.best} />
      </button>
      {several && open && (
        <ul className="members">
          {group.pathways.map((pathway) => (
            <li key={pathwayKey(pathway)}>
              <button type="button" aria-pressed={pathwayKey(pathway) === chosen} onClick={() => choose(pathway)}>
                {ownName(pathway)}
                <span className="where">{whereWords([pathway])}{group.word !== group.best && `, ${wordOf(pathway)}`}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {!several && universitiesOf(group.pathways[0]!).length > 1 && <Places offers={group.pathways[0]!.offers} />}
    </div>
  );
}

/** The universities of what several offer. */
export function Places({ offers }: { offers?: Offers | null }) {
  const edges = offers?.edges ?? [];
  const more = (offers?.totalCount ?? 0) - edges.length;
  return (
    <details className="places">
      <summary>Quelles universités ?</summary>
      <ul>
        {edges.map(({ node, entry }, index) => (
          <li key={`${node.id} ${index}`}>
            <a href={`./${node.id}`}>{node.name}</a>{node.place?.city && !node.name.includes(node.place.city) ? ` (${node.place.city})` : ''}{entry === 'M2' ? ', entrée en M2' : ''}
          </li>
        ))}
        {more > 0 && <li>et {more} autres</li>}
      </ul>
    </details>
  );
}
