import type { ModuleContent } from '@middle/core/module/content.ts';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, Answer, Module } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { Input, TextArea } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { draftOf, keyOf, requestOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { FeatureDrafts } from './feature-drafts.tsx';
import { FromFile } from './from-file.tsx';
import { useTemplate } from './use-template.ts';
import { VariableDrafts } from './variable-drafts.tsx';

/** A new module, or a new version of one: of an account's workflows, or of a file. */
export function MakeModulePage() {
  const params: { readonly module?: string } = useParams({ strict: false });
  return params.module === undefined ? <NewModule /> : <NewVersion moduleKey={params.module} />;
}

function NewModule() {
  return (
    <Page
      title="New module"
      crumbs={[{ label: 'Modules', to: paths.modules }]}
      description="Of workflows that an account has published. The account goes on with its own; others get copies."
    >
      <Make module={null} content={null} />
    </Page>
  );
}

function NewVersion({ moduleKey }: { readonly moduleKey: string }) {
  const module = useApi('getModule', { params: { moduleKey } });
  const version = module.data?.version ?? 1;
  const newest = useApi(
    'getModuleVersion',
    { params: { moduleKey, version } },
    { enabled: module.data !== undefined },
  );
  return (
    <Loaded query={module} skeleton={<Page title="New version">{null}</Page>}>
      {(one) => (
        <Page
          title={`New version of ${one.title}`}
          crumbs={[
            { label: 'Modules', to: paths.modules },
            { label: one.title, to: paths.module(one.key) },
          ]}
          description={
            (one.accounts ?? 0) === 0
              ? 'No account uses it yet.'
              : `It reaches ${plural(one.accounts ?? 0, 'account')} by itself.`
          }
        >
          <Loaded query={newest}>{({ content }) => <Make module={one} content={content} />}</Loaded>
        </Page>
      )}
    </Loaded>
  );
}

interface MakeProps {
  readonly module: Module | null;
  readonly content: ModuleContent | null;
}

function Make({ module, content }: MakeProps) {
  const [source, setSource] = useState<'account' | 'file'>(
    module !== null && module.template === null ? 'file' : 'account',
  );
  const accounts = useApi('listAccounts', { query: { limit: 200 } });
  return (
    <>
      <div className="row">
        <Segments
          label="Where it comes from"
          value={source}
          choices={[
            { value: 'account', label: 'From an account' },
            { value: 'file', label: 'From a file' },
          ]}
          onChange={setSource}
        />
      </div>
      {source === 'file' ? (
        <FromFile moduleKey={module?.key ?? null} />
      ) : (
        <Loaded query={accounts}>
          {({ items }) => <FromAccount module={module} content={content} accounts={items} />}
        </Loaded>
      )}
    </>
  );
}

interface FromAccountProps extends MakeProps {
  readonly accounts: readonly Account[];
}

function FromAccount({ module, content, accounts }: FromAccountProps) {
  const [draft, setDraft] = useState(() => draftOf(module, content, accounts[0]?.id ?? ''));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const template = useTemplate(draft);
  const reason = useReason('modules.change');
  const { publish, onDone } = usePublish();
  const request = requestOf(draft);
  return (
    <form
      className="stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof request === 'string' || reason !== null) return;
        publish.mutate({ params: { accountId: draft.accountId }, body: request }, { onSuccess: onDone });
      }}
    >
      <General draft={draft} set={set} accounts={accounts} isNew={module === null} />
      <FeatureDrafts draft={draft} set={set} template={template} />
      <VariableDrafts draft={draft} set={set} found={template.variables} />
      <Field label="Notes" optional hint="What is new, for the list of versions.">
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            value={draft.notes}
            onChange={(event) => set({ notes: event.target.value })}
          />
        )}
      </Field>
      {publish.error !== null && <ErrorState error={publish.error} />}
      <div>
        <Button
          type="submit"
          look="solid"
          busy={publish.isPending}
          reason={reason ?? (typeof request === 'string' ? request : null)}
        >
          Publish
        </Button>
      </div>
    </form>
  );
}

function usePublish() {
  const navigate = useNavigate();
  const publish = useAction('publishModuleFromAccount', {
    stale: ['listModules', 'getModule', 'listModuleVersions', 'listModuleAccounts', 'listAccountModules'],
    quiet: true,
    done: ({ version, isNew }) =>
      isNew ? `Version ${version} is published` : `Nothing differs from version ${version}`,
  });
  const onDone = ({ key }: Answer<'publishModuleFromAccount'>) => void navigate({ to: paths.module(key) });
  return { publish, onDone };
}

interface GeneralProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly accounts: readonly Account[];
  readonly isNew: boolean;
}

function General({ draft, set, accounts, isNew }: GeneralProps) {
  return (
    <Panel title="What it is">
      <div className="stack">
        <div className="settings-grid">
          <Field label="Account" hint="Whose published workflows it is made of.">
            {(ids) => (
              <Select
                {...ids}
                value={draft.accountId}
                choices={accounts.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(accountId) =>
                  set({ accountId, features: draft.features.map((one) => ({ ...one, workflows: [] })) })
                }
              />
            )}
          </Field>
          <Field label="Title">
            {(ids) => (
              <Input {...ids} value={draft.title} onChange={(event) => set({ title: event.target.value })} />
            )}
          </Field>
          {isNew && (
            <Field label="Key" optional hint="How the command line names it; it stays.">
              {(ids) => (
                <Input
                  {...ids}
                  value={draft.key}
                  placeholder={keyOf(draft.title)}
                  onChange={(event) => set({ key: event.target.value.trim() })}
                />
              )}
            </Field>
          )}
        </div>
        <Field label="Description" optional hint="What an account gets from it.">
          {(ids) => (
            <TextArea
              {...ids}
              rows={2}
              value={draft.description}
              onChange={(event) => set({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}
