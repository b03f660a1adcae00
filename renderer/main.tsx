import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './ui/base.css';
import './ui/contrast.css';
import { connect } from './state/connection.store.ts';
import { adoptTheme } from './ui/theme.ts';
import { App } from './views/shell/app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

adoptTheme();
connect();
createRoot(root).render(<App />);
