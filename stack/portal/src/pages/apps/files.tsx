import { Link, useSearch } from '@tanstack/react-router';
import { FileCode2, FileText } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import { manifestOf } from '../../parts/manifest.ts';
import { paths } from '../../paths.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { VersionTabs, useVersion } from './version.tsx';
import './apps.css';

export function AppFilesPage() {
  const { query } = useVersion();
  return (
    <Loaded query={query} skeleton={<Page title="Files">{null}</Page>}>
      {(version) => (
        <Page
          title={`Files of ${manifestOf(version).name} ${version.version}`}
          heading={`${manifestOf(version).name} ${version.version}`}
          crumbs={[
            { label: 'Apps', to: paths.apps },
            { label: manifestOf(version).name, to: paths.app(version.appKey) },
          ]}
          tabs={<VersionTabs app={version.appKey} version={version.version} />}
        >
          <Files app={version.appKey} version={version.version} />
        </Page>
      )}
    </Loaded>
  );
}

function Files({ app, version }: { readonly app: string; readonly version: string }) {
  const search: { readonly path?: unknown } = useSearch({ strict: false });
  const query = useApi('listAppFiles', { params: { appKey: app, version } });
  return (
    <Loaded query={query}>
      {({ items }) => {
        const files = [...items].sort((a, b) => (a.path < b.path ? -1 : 1));
        const path =
          files.find((file) => file.path === search.path)?.path ??
          files.find((file) => file.path === 'middle.app.yaml')?.path ??
          files[0]?.path;
        return (
          <div className="files">
            <nav aria-label="Files" className="file-list">
              {files.map((file) => (
                <Link
                  key={file.path}
                  to={paths.appFiles(app, version)}
                  search={{ path: file.path }}
                  className={file.path === path ? 'file chosen' : 'file'}
                  aria-current={file.path === path ? 'true' : undefined}
                  title={formatBytes(file.bytes)}
                >
                  {/\.(?:ts|js|py)$/.test(file.path) ? (
                    <FileCode2 className="icon" aria-hidden />
                  ) : (
                    <FileText className="icon" aria-hidden />
                  )}
                  <span className="truncate">{file.path}</span>
                </Link>
              ))}
            </nav>
            {path !== undefined && <File app={app} version={version} path={path} />}
          </div>
        );
      }}
    </Loaded>
  );
}

function File({
  app,
  version,
  path,
}: {
  readonly app: string;
  readonly version: string;
  readonly path: string;
}) {
  const query = useApi('readAppFile', { params: { appKey: app, version }, query: { path } });
  return (
    <div className="file-content">
      <Loaded query={query}>
        {({ text, bytes }) =>
          text === null ? (
            <Notice>
              {path} is not text ({formatBytes(bytes)}).
            </Notice>
          ) : (
            <CodeView text={text} path={path} />
          )
        }
      </Loaded>
    </div>
  );
}
