// The page's entry: the questions. GraphiQL comes when it is asked for.
import './page.css';
import { createRoot } from 'react-dom/client';
import { App } from './app';

createRoot(document.getElementById('page')!).render(<App />);
