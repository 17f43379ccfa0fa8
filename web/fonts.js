// GraphiQL's style carries its fonts inline, for every script and in italics, with a second copy of Monaco's icons.
// This Vite plugin keeps the upright Latin ones: French needs no more, and the system's fonts draw the rest.

const FACE = /@font-face\s*\{[^}]*\}/g;
const LATIN = /unicode-range:\s*U\+(0000-00FF|0-FF|\?\?)/i;
const UPRIGHT = /font-style:\s*normal/;
const KEPT = 3; // Roboto 400 and 500, Fira Code 400: Latin, which has œ and all that French needs

/** The Vite plugin. */
export function latinFonts() {
  return {
    name: 'latin-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0].endsWith('/graphiql/dist/style.css')) return null;
      let kept = 0;
      const slim = code.replace(FACE, (face) => {
        if (!LATIN.test(face) || !UPRIGHT.test(face)) return '';
        kept += 1;
        return face;
      });
      if (kept !== KEPT) this.error(`${kept} fonts kept of GraphiQL's style, not ${KEPT}: its fonts have changed`);
      return { code: slim, map: null };
    },
  };
}
