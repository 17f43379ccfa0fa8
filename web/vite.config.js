// Builds the GraphiQL page. Everything that it needs is bundled: the page asks nothing of any other host.
import { defineConfig } from 'vite';
import { latinFonts } from './fonts.js';
import { inFrench } from './french.js';

export default defineConfig({
  base: './',
  plugins: [inFrench(), latinFonts()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licences.txt' },
    rolldownOptions: {
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning), // "use client": no server here
    },
  },
});
