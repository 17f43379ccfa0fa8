// The page: a bar that says in plain French what this is, then GraphiQL with one example a tab.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { examples } from './examples.js';
import { fetcher } from './fetcher.js';

const plugins = [explorerPlugin({ showAttribution: false, title: 'Composer une requête' }), HISTORY_PLUGIN];

/** Opens the documentation panel: it is the first button of GraphiQL's sidebar, which alone knows how to unfold it. */
function openDocumentation() {
  const button = document.querySelector('.graphiql-sidebar button[data-index="0"]');
  if (!document.querySelector('.graphiql-doc-explorer')) button?.click();
}

/** Puts the focus on the query: Enter goes into it, Tab goes on to the execute button. */
function goToQuery() {
  document.querySelector('.graphiql-query-editor .graphiql-editor')?.focus();
}

export function Page() {
  return (
    <>
      <header className="intro">
        <button type="button" className="skip" onClick={goToQuery}>
          Aller à la requête
        </button>
        <h1>passerelle</h1>
        <p>
          De la licence au métier : chaque parcours est classé, expliqué et sourcé. Choisissez un onglet, appuyez
          sur <span aria-hidden="true">▶</span><span className="unseen">Exécuter</span> (ou <kbd>Ctrl</kbd>+
          <kbd>Entrée</kbd>), puis remplacez les noms entre guillemets.
        </p>
        <nav aria-label="Aide">
          <button type="button" onClick={openDocumentation}>
            Documentation
          </button>
          <a href="./schema.graphql">Schéma</a>
        </nav>
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          defaultTabs={examples}
          defaultQuery=""
          defaultEditorToolsVisibility={false}
        />
      </main>
    </>
  );
}
