// Small pieces that several answers show: strength, sources, a link to a record, a list of which a few are shown.
import { type ReactNode, useState } from 'react';
import type { Access, Ent, Job, Source } from '../api/types';
import { bars, kindName, plural, sourceWords, type Word } from '../words';

/** A word, and bars that say the same to the eye; of several, the weakest and, where it is another, the best. */
export function Strength({ word, upTo = word }: { word: Word; upTo?: Word }) {
  return (
    <span className={`strength s${bars(word)}`}>
      <span className="bars" aria-hidden="true"><i /><i /><i /></span>
      {word}{upTo !== word && ` à ${upTo}`}
    </span>
  );
}

const web = (url?: string | null) => (url && /^https?:\/\//.test(url) ? url : null);

export function Sources({ sources, label = 'Sources' }: { sources?: Source[]; label?: string }) {
  if (!sources?.length) return null;
  return (
    <p className="sources">
      {sources.length > 1 || label !== 'Sources' ? label : 'Source'} :{' '}
      {sources.map((source, index) => (
        <span key={source.id}>
          {index > 0 && ' ; '}
          {web(source.url) ? <a href={web(source.url)!} rel="noreferrer">{sourceWords(source)}</a> : <a href={`./${source.id}`}>{sourceWords(source)}</a>}
        </span>
      ))}
      .
    </p>
  );
}

/** A record's name, which leads to its page. */
export const Record = ({ node }: { node: Ent }) => <a href={`./${node.id}`}>{node.name}</a>;

export const Kind = ({ node }: { node: Ent }) => <span className="kind">{kindName(node.kind)}</span>;

/** The first of many names, then « et n autres », which opens. On paper as on the screen. */
export function Few({ items, shown = 5, render = (node) => node.name, one = 'autre' }: { items: Ent[]; shown?: number; render?: (node: Ent) => ReactNode; one?: string }) {
  const [open, setOpen] = useState(false);
  const rest = items.length - shown;
  const visible = open || rest <= 0 ? items : items.slice(0, shown);
  return (
    <>
      {visible.map((node, index) => (
        <span key={node.id}>{index > 0 && (index === visible.length - 1 && rest <= 0 ? ' et ' : ', ')}{render(node)}</span>
      ))}
      {rest > 0 && !open && <> <button type="button" className="more" onClick={() => setOpen(true)}>et {plural(rest, one)}</button></>}
      {rest > 0 && open && <> <button type="button" className="more" onClick={() => setOpen(false)}>réduire</button></>}
    </>
  );
}

export const accessOf = ({ regulated, access, diplomas, accessSources }: Job): Access => ({ regulated: regulated ?? null, text: access, diplomas, sources: accessSources });

/** What a job asks for, before anything else is said of how to come to it. */
export function AccessNote({ access, job, children }: { access: Access; job: Ent; children?: ReactNode }) {
  if (access.regulated === null || (access.regulated === false && !access.text && !access.diplomas?.length)) return null;
  return (
    <section className={access.regulated ? 'notice regulated' : 'notice'} aria-label="Conditions d’accès au métier">
      <p>
        <strong>{access.regulated ? 'Métier réglementé' : 'Accès au métier'} : <Record node={job} />.</strong>{' '}
        {access.text ?? (access.regulated ? 'Un diplôme ou un titre précis est exigé ; la source n’en dit pas plus. Vérifiez auprès de l’Onisep ou de l’ordre professionnel.' : '')}
      </p>
      {access.diplomas?.length ? <p>Diplômes cités : <Few items={access.diplomas.map((name) => ({ id: name, kind: 'JOB', name }))} shown={3} />.</p> : null}
      {children}
      <Sources sources={access.sources} />
    </section>
  );
}
