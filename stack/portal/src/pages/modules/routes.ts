export { AccountModulePage } from './account-module.tsx';
export { AccountModulesPage } from './account-modules.tsx';
export { MakeModulePage } from './make-module.tsx';
export { ModulePage } from './module.tsx';
export { ModulesPage } from './modules.tsx';
