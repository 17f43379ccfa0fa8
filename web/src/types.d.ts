/// <reference types="vite/client" />
declare module 'monaco-editor/esm/vs/editor/browser/config/tabFocus.js' {
  export const TabFocus: { setTabFocusMode(on: boolean): void };
}
declare module 'graphiql/setup-workers/vite';
