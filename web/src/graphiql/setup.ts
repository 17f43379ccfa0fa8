// What GraphiQL needs before it is drawn. The workers come first: Monaco looks for them as soon as it is loaded.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './graphiql.css';
import { TabFocus } from 'monaco-editor/esm/vs/editor/browser/config/tabFocus.js';

// Tab leaves an editor instead of indenting: a keyboard must not be caught in it.
TabFocus.setTabFocusMode(true);
