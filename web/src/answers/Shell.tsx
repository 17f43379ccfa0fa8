// What all answers share: the heading that takes the focus, the note that the graph has moved on, the dossier's buttons.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type Question, write } from '../address';
import { type Dossier, asCsv, asText } from '../dossier/dossier';
import { modalityWords } from '../words';
import type { Request } from './load';

export interface AnswerProps<T> {
  data: T;
  question: Question;
  request: Request;
  ask: (question: Question) => void;
  openQuery: (request: Request) => void;
  /** Whether the person has just asked, so that the focus goes to the answer. */
  asked: boolean;
}

interface Props extends Omit<AnswerProps<unknown>, 'data'> {
  title: string;
  version: number;
  dossier: () => Dossier;
  children: ReactNode;
}

/** « Rennes ; alternance » */
export const filters = ({ ou, rythme }: Question) => [ou, rythme && modalityWords(rythme)].filter(Boolean).join(' ; ');

export function Shell({ title, version, dossier, question, request, openQuery, asked, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} — passerelle`;
    if (asked) heading.current?.focus();
  }, [title]);
  const link = () => new URL(`./${write({ ...question, version })}`, document.baseURI).href;
  return (
    <article className="answer">
      <h2 ref={heading} tabIndex={-1}>{title}</h2>
      {filters(question) && <p className="filters">Seulement : {filters(question)}.</p>}
      {question.version !== undefined && question.version !== version && (
        <p className="notice">
          Ce lien a été fait sur la version {question.version} du graphe ; la réponse ci-dessous est celle de la version {version}. Elle peut différer.
        </p>
      )}
      {children}
      <Actions dossier={dossier} link={link} open={() => openQuery(request)} />
      <footer className="version">
        Données : version {version} du graphe. <span className="on-paper">Lien : {link()}</span>
      </footer>
    </article>
  );
}

function Actions({ dossier, link, open }: { dossier: () => Dossier; link: () => string; open: () => void }) {
  const [said, setSaid] = useState('');
  const copy = async (text: string, done: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(done);
    } catch {
      setSaid('Le navigateur refuse la copie ; sélectionnez le texte de la page, ou son adresse.');
    }
  };
  const save = (text: string, type: string, extension: string) => {
    const anchor = document.createElement('a');
    anchor.href = URL.createObjectURL(new Blob([text], { type }));
    anchor.download = `${dossier().file}.${extension}`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
    setSaid(`Fichier ${anchor.download} enregistré.`);
  };
  return (
    <div className="actions" role="group" aria-label="Dossier">
      <button type="button" className="first" onClick={() => window.print()}>Imprimer le dossier</button>
      <button type="button" onClick={() => copy(link(), 'Lien copié.')}>Copier le lien</button>
      <button type="button" onClick={() => copy(asText(dossier(), link()), 'Texte copié.')}>Copier en texte</button>
      <button type="button" onClick={() => save(asCsv(dossier()), 'text/csv;charset=utf-8', 'csv')}>CSV</button>
      <button type="button" onClick={() => save(`${JSON.stringify(dossier().json, null, 2)}\n`, 'application/json', 'json')}>JSON</button>
      <button type="button" onClick={open}>Voir la requête</button>
      <span role="status" className="said">{said}</span>
    </div>
  );
}
