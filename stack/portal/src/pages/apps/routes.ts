export { AppPage } from './app.tsx';
export { AppsPage } from './apps.tsx';
export { AppFilesPage } from './files.tsx';
export { AppVersionPage } from './version.tsx';
