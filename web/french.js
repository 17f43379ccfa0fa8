// GraphiQL has no translations: its words are literals in its modules. This Vite plugin replaces them, and a few
// defaults, while it bundles. Each replacement must be found, so that an upgrade which moves one fails the build.

/** Module (the end of its path) → [as it is written there, as it is written here]. */
const REPLACEMENTS = {
  'graphiql/dist/GraphiQL.js': [
    ['newTab: "New tab"', 'newTab: "Nouvel onglet"'],
    ['${editorToolsHiddenElement === "second" ? "Show" : "Hide"} editor tools', '${editorToolsHiddenElement === "second" ? "Montrer" : "Cacher"} les variables et les en-têtes'],
    ['"aria-label": "Editor Commands"', '"aria-label": "Commandes de l’éditeur"'],
    ['"aria-label": "Operation Editor"', '"aria-label": "Éditeur de requête"'],
    ['"aria-label": "Select active operation"', '"aria-label": "Requêtes ouvertes"'],
    ['"data-name": "headers", children: "Headers"', '"data-name": "headers", children: "En-têtes"'],
    ['activeSecondaryEditor === "variables" ? "Variables" : "Headers"', 'activeSecondaryEditor === "variables" ? "Variables" : "En-têtes"'],
    // A tab is named after the first comment of its query, written for people; then after its operation.
    ['title: tab.title, onClick: handleTabClick, children: tab.title', 'title: (/^#\\s*(\\S.*)/.exec(tab.query ?? "")?.[1] ?? tab.title).replace("<untitled>", "Sans titre"), onClick: handleTabClick, children: (/^#\\s*(\\S.*)/.exec(tab.query ?? "")?.[1] ?? tab.title).replace("<untitled>", "Sans titre")'],
    ['"aria-controls": "graphiql-session", id:', '"aria-controls": "graphiql-session", "aria-current": index_1 === activeTabIndex, id:'],
    ['role: "tabpanel"', 'role: "region"'],
    ['className: "graphiql-response", ref', 'className: "graphiql-response", role: "region", "aria-label": "Réponse", ref'],
  ],
  'graphiql/dist/ui/sidebar.js': [
    ['Re-fetch GraphQL schema (', 'Relire le schéma ('],
    ['"Open short keys dialog"', '"Raccourcis clavier"'],
    ['"Open settings dialog"', '"Réglages"'],
    ['${isVisible_0 ? "Hide" : "Show"} ${plugin_0.title}', '${isVisible_0 ? "Cacher" : "Montrer"} : ${plugin_0.title}'],
    ['children: "Short Keys"', 'children: "Raccourcis clavier"'],
    ['"This modal provides a list of available keyboard shortcuts and their functions."', '"Les raccourcis clavier et ce qu’ils font."'],
    ['children: "Settings"', 'children: "Réglages"'],
    ['"This modal lets you adjust header persistence, interface theme, and clear local storage."', '"Garder ou non les en-têtes, choisir le thème, effacer les données locales."'],
    ['children: "Persist headers"', 'children: "Garder les en-têtes"'],
    ['"Save headers upon reloading."', '"Les retrouver à la prochaine visite."'],
    ['"Only enable if you trust this device."', '"Seulement sur un appareil de confiance."'],
    ['children: "On"', 'children: "Oui"'],
    ['children: "Off"', 'children: "Non"'],
    ['children: "Theme"', 'children: "Thème"'],
    ['"Adjust how the interface appears."', '"L’apparence de la page."'],
    ['children: "System"', 'children: "Système"'],
    ['children: "Light"', 'children: "Clair"'],
    ['children: "Dark"', 'children: "Sombre"'],
    ['children: "Clear storage"', 'children: "Effacer les données locales"'],
    ['"Remove all locally stored data and start fresh."', '"Oublier les onglets et l’historique gardés dans ce navigateur."'],
    ['success: "Cleared data"', 'success: "Effacé"'],
    ['error: "Failed"', 'error: "Échec"'],
    ['|| "Clear data"', '|| "Effacer"'],
  ],
  'graphiql/dist/ui/short-keys.js': [
    ['"Execute query"', '"Exécuter la requête"'],
    ['"Open the Command Palette (you must have focus in the editor)"', '"Palette de commandes (depuis l’éditeur)"'],
    ['"Prettify editors"', '"Mettre en forme"'],
    ['"Copy query"', '"Copier la requête"'],
    ['"Re-fetch schema using introspection"', '"Relire le schéma"'],
    ['"Search in documentation"', '"Chercher dans la documentation"'],
    ['"Search in editor"', '"Chercher dans l’éditeur"'],
    ['"Merge fragments definitions into operation definition"', '"Intégrer les fragments à la requête"'],
    ['children: "Short Key"', 'children: "Raccourci"'],
    ['children: "Function"', 'children: "Effet"'],
    ['"QL editor uses"', '"QL suit les"'],
    ['"Monaco editor shortcuts"', '"raccourcis de l’éditeur Monaco"'],
    ['", with keybindings similar to VS Code. See the full list of shortcuts for"', '", ceux de VS Code. Liste complète :"'],
    ['"This Graph"', '"Graph"'],
    ['"or"', '"ou"'],
  ],
  'graphiql/dist/ui/toolbar.js': [
    ['Prettify query (', 'Mettre en forme ('],
    ['Merge fragments into query (', 'Intégrer les fragments ('],
    ['Copy query (', 'Copier la requête ('],
  ],
  'react/dist/components/execute-button/index.js': [
    ['${isRunning ? "Stop" : "Execute"} query (', '${isRunning ? "Arrêter" : "Exécuter"} la requête ('],
    ['<Unnamed ${operation.operation}>', 'sans nom (${operation.operation})'],
  ],
  // A tab holds two buttons, which the ARIA pattern of tabs does not allow: a list of buttons says what it is.
  'react/dist/components/tabs/index.js': [
    ['"aria-label": "Close Tab"', '"aria-label": "Fermer l’onglet"'],
    ['"aria-selected": isActive, dragElastic: false, role: "tab",', 'dragElastic: false,'],
    ['role: "tablist", ', ''],
  ],
  'react/dist/components/dialog/index.js': [['"Close dialog"', '"Fermer"']],
  'react/dist/constants.js': [
    ['"Prettify Editors"', '"Mettre en forme"'],
    ['"Merge Fragments into Query"', '"Intégrer les fragments"'],
    ['"Run Operation"', '"Exécuter la requête"'],
    ['"Copy Query"', '"Copier la requête"'],
    // Line numbers, comments and numbers that reach a contrast of 4.5.
    ['"menu.selectionForeground": colors.primary[theme]', '"menu.selectionForeground": colors.primary[theme], "editorLineNumber.foreground": theme === "dark" ? "#a9b4c6" : "#4f6475"'],
    ['foreground: "#908aff"\n', 'foreground: "#a9a4ff" }, { token: "comment", foreground: "#9ecb8f"\n'],
    ['foreground: "#6c69ce"\n', 'foreground: "#5a57b8" }, { token: "comment", foreground: "#2c6a35" }, { token: "number", foreground: "#0a6345"\n'],
  ],
  'react/dist/stores/execution.js': [
    ['"Automatically added leaf fields"', '"Champs ajoutés automatiquement"'],
    ['"Request headers"', '"En-têtes"'],
  ],
  // A long line of a query fits; French apostrophes and accents are no suspicious characters.
  'react/dist/utility/create-editor.js': [
    ['fontSize: 15,', 'fontSize: 14,'],
    ['tabIndex: -1,', 'tabIndex: -1, unicodeHighlight: { ambiguousCharacters: false, nonBasicASCII: false },'],
  ],
  'react/dist/components/operation-editor.js': [
    ['theme: monacoTheme', 'theme: monacoTheme, wordWrap: "on", ariaLabel: "Requête GraphQL"'],
  ],
  'react/dist/components/response-editor.js': [['readOnly: true,', 'readOnly: true, ariaLabel: "Réponse",']],
  'react/dist/components/variables-editor.js': [['createEditor(ref, {', 'createEditor(ref, { ariaLabel: "Variables (JSON)",']],
  'react/dist/components/request-headers-editor.js': [['createEditor(ref, {', 'createEditor(ref, { ariaLabel: "En-têtes (JSON)",']],
  'plugin-history/dist/index.js': [['title: "History"', 'title: "Historique"']],
  'plugin-history/dist/components.js': [
    ['"History"', '"Historique"'],
    ['success: "Cleared"', 'success: "Effacé"'],
    ['error: "Failed to Clear"', 'error: "Échec"'],
    ['|| "Clear"', '|| "Effacer"'],
    ['"Type a label"', '"Nom de la requête"'],
    ['children: "Save"', 'children: "Garder"'],
    ['"Set active"', '"Reprendre cette requête"'],
    ['"Edit label"', '"Renommer"'],
    ['"Remove favorite"', '"Retirer des favoris"'],
    ['"Add favorite"', '"Ajouter aux favoris"'],
    ['"Delete from history"', '"Supprimer de l’historique"'],
  ],
  'plugin-explorer/dist/index.js': [['title: "GraphiQL Explorer"', 'title: "Composer une requête"']],
  'plugin-doc-explorer/dist/context.js': [
    ['title: "Documentation Explorer"', 'title: "Documentation"'],
    ['aria-label="Show Documentation Explorer"', 'aria-label="Montrer : Documentation"'],
  ],
  'plugin-doc-explorer/dist/components/doc-explorer.js': [
    ['"aria-label": "Documentation Explorer"', '"aria-label": "Documentation"'],
    ['"Error fetching schema"', '"Le schéma n’a pas pu être lu."'],
    ['"Schema is invalid: "', '"Schéma invalide : "'],
    ['"No GraphQL schema available"', '"Aucun schéma disponible."'],
    ['Go back to ${prevName}', 'Revenir à ${prevName}'],
  ],
  'plugin-doc-explorer/dist/components/search.js': [
    ['`Search ${navItem.name}...`', '`Chercher dans ${navItem.name}…`'],
    ['"No results found"', '"Aucun résultat"'],
    ['"Other results"', '"Autres résultats"'],
  ],
  'plugin-doc-explorer/dist/components/schema-documentation.js': [
    ['"A GraphQL schema provides a root type for each kind of operation."', '"Un point d’entrée par sorte d’opération."'],
  ],
  'plugin-doc-explorer/dist/components/section.js': [
    [
      'const TYPE_TO_ICON = {',
      `const SECTIONS = {
        Arguments: "Arguments", "Deprecated Arguments": "Arguments dépréciés", "Deprecated Enum Values": "Valeurs dépréciées",
        "Deprecated Fields": "Champs dépréciés", Directives: "Directives", "Enum Values": "Valeurs", Fields: "Champs",
        Implements: "Réalise", Implementations: "Réalisée par", "Possible Types": "Types possibles",
        "Root Types": "Points d’entrée", Type: "Type", "All Schema Types": "Tous les types"
      };
      const TYPE_TO_ICON = {`,
    ],
    ['t1,\n      title\n', 't1,\n      SECTIONS[title] ?? title\n'],
  ],
  'plugin-doc-explorer/dist/components/field-documentation.js': [['"Show Deprecated Arguments"', '"Montrer les arguments dépréciés"']],
  'plugin-doc-explorer/dist/components/type-documentation.js': [
    ['"Show Deprecated Fields"', '"Montrer les champs dépréciés"'],
    ['"Show Deprecated Values"', '"Montrer les valeurs dépréciées"'],
  ],
  // The label of each worker is of no use in the console.
  'react/dist/setup-workers/vite.js': [["console.info('setup-workers/vite', { label });", '']],
};

/** The Vite plugin. */
export function inFrench() {
  const unseen = new Set(Object.keys(REPLACEMENTS));
  return {
    name: 'in-french',
    enforce: 'pre',
    transform(code, id) {
      const module = Object.keys(REPLACEMENTS).find((end) => id.split('?')[0].endsWith(`/${end}`));
      if (!module) return null;
      unseen.delete(module);
      for (const [from, to] of REPLACEMENTS[module]) {
        if (!code.includes(from)) this.error(`${module} no longer contains: ${from}`);
        code = code.replaceAll(from, () => to);
      }
      return { code, map: null };
    },
    buildEnd(error) {
      if (!error && unseen.size > 0) this.error(`modules not found: ${[...unseen].join(', ')}`);
    },
  };
}
