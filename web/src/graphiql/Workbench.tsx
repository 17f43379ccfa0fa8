// GraphiQL, with the question's query in a tab of its own and one example in each other. Pathways of any answer are drawn.
import './setup';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Request } from '../answers/load';
import { Drawn } from '../voies/Drawn';
import { pathwayKey } from '../voies/groups';
import { examples } from './examples';
import { fetcher } from './fetcher';
import { findPathways } from './find';

const plugins = [explorerPlugin({ showAttribution: false, title: 'Composer une requête' }), HISTORY_PLUGIN];

/** Puts the focus on the query: Enter goes into it, Tab goes on to the execute button. */
const goToQuery = () => document.querySelector<HTMLElement>('.graphiql-query-editor .graphiql-editor')?.focus();

/** Opens the documentation panel: it is the first button of GraphiQL's sidebar, which alone knows how to unfold it. */
function openDocumentation() {
  const button = document.querySelector<HTMLElement>('.graphiql-sidebar button[data-index="0"]');
  if (!document.querySelector('.graphiql-doc-explorer')) button?.click();
}

interface Props {
  request: Request | null;
  /** Rises with each query that is opened. */
  at: number;
  close: () => void;
}

const HEADLINE = '# La question posée';

export default function Workbench({ request, at, close }: Props) {
  const [answer, setAnswer] = useState<unknown>(null);
  const ask = useMemo(() => fetcher(setAnswer), []);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.scrollIntoView({ block: 'start' });
    section.current?.focus({ preventScroll: true });
  }, [at]);
  const { pathways, lacking } = useMemo(() => findPathways(answer), [answer]);
  const distinct = useMemo(() => pathways.filter((pathway, index) => pathways.findIndex((other) => pathwayKey(other) === pathwayKey(pathway)) === index), [pathways]);
  const own = request && { query: `${HEADLINE}\n${request.query}`, variables: JSON.stringify(request.variables, null, 2) };
  return (
    <section className="workbench" id="graphiql" aria-label="GraphiQL" ref={section} tabIndex={-1}>
      <div className="workbench-bar">
        <h2>GraphiQL</h2>
        <button type="button" onClick={goToQuery}>Aller à la requête</button>
        <button type="button" onClick={openDocumentation}>Documentation</button>
        <button type="button" onClick={close}>Fermer</button>
      </div>
      <div className="workbench-editor">
        <GraphiQL
          key={at}
          fetcher={ask}
          plugins={plugins}
          {...(own ? { initialQuery: own.query, initialVariables: own.variables } : {})}
          defaultTabs={own ? [own, ...examples] : examples}
          defaultQuery=""
          defaultEditorToolsVisibility={request ? 'variables' : false}
        />
      </div>
      {lacking && distinct.length === 0 && (
        <p className="quiet drawn">Pour dessiner ces voies, demandez pour chaque étape : <code>{'from { id kind name } relation to { id kind name } strength'}</code>.</p>
      )}
      {distinct.length > 0 && (
        <section className="drawn" aria-label="Les voies de cette réponse">
          <h2>Les voies de cette réponse</h2>
          <Drawn pathways={distinct} />
        </section>
      )}
    </section>
  );
}
