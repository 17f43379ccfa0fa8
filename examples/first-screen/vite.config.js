export default {
  oxc: { jsx: { runtime: 'automatic' } },
  server: { host: 'localhost', port: 5173, strictPort: true },
};
