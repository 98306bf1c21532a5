import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, AccountModule } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAccount } from '../account/use-account.ts';
import { bodyOf, choiceOf, neededBy } from './choice.ts';
import type { Choice } from './choice.ts';
import { Features } from './features.tsx';
import { LeaveModule, RemovalFields } from './leave-module.tsx';
import { Needs } from './needs.tsx';
import { Problems } from './problems.tsx';
import { LOOK_AGAIN_MILLISECONDS } from './state-badge.tsx';

/** A module as an account chooses it: features, connections, values; and what came of it. */
export function AccountModulePage() {
  const params: { readonly module?: string } = useParams({ strict: false });
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Module">{null}</Page>}>
      {(account) => <OfAccount account={account} moduleKey={params.module ?? ''} />}
    </Loaded>
  );
}

interface OfAccountProps {
  readonly account: Account;
  readonly moduleKey: string;
}

function OfAccount({ account, moduleKey }: OfAccountProps) {
  const input = { params: { accountId: account.id, moduleKey } };
  const first = useApi('getAccountModule', input);
  const isMoving = first.data?.optIn?.state === 'updating';
  const query = useApi('getAccountModule', input, {
    refetchInterval: isMoving ? LOOK_AGAIN_MILLISECONDS : false,
  });
  return (
    <Loaded query={query} skeleton={<Page title="Module">{null}</Page>}>
      {(module) => <OneModule account={account} module={module} />}
    </Loaded>
  );
}

interface ModuleProps {
  readonly account: Account;
  readonly module: AccountModule;
}

function OneModule({ account, module }: ModuleProps) {
  const { title, description, version, optIn } = module;
  return (
    <Page
      title={title}
      crumbs={[
        { label: account.name, to: paths.account(account.key) },
        { label: 'Chosen modules', to: paths.accountModules(account.key) },
      ]}
      heading={
        <>
          {title} <Badge>Version {version}</Badge>
        </>
      }
      description={description === '' ? undefined : description}
      actions={optIn !== null && <LeaveModule account={account} module={module} />}
    >
      {optIn !== null && <Outcome module={module} optIn={optIn} />}
      <ChoiceForm
        key={`${version} ${optIn?.chosenAt ?? ''} ${optIn?.appliedAt ?? ''}`}
        account={account}
        module={module}
      />
      {optIn !== null && <Copies workflows={optIn.workflows} />}
    </Page>
  );
}

type OptIn = NonNullable<AccountModule['optIn']>;

function Outcome({ module, optIn }: { readonly module: AccountModule; readonly optIn: OptIn }) {
  if (optIn.state === 'current') return null;
  if (optIn.state === 'updating')
    return <Notice>Version {module.version} is being brought to this account.</Notice>;
  return (
    <Notice tone="bad">
      <p>
        This account still has version {optIn.version}, which goes on working. Version {module.version} does
        not fit yet; put this right and save:
      </p>
      <Problems problems={optIn.problem?.problems ?? []} />
    </Notice>
  );
}

function ChoiceForm({ account, module }: ModuleProps) {
  const [choice, setChoice] = useState(() => choiceOf(module));
  const { optIn } = module;
  const reason = useReason('account_modules.change', account.id);
  const save = useAction('chooseModule', {
    stale: ['getAccountModule', 'listAccountModules', 'listWorkflows', 'getWorkflow', 'listTriggers'],
    quiet: true,
    done: optIn === null ? `${account.name} has ${module.title} now` : 'Saved',
  });
  const set = (change: Partial<Choice>) => setChoice({ ...choice, ...change });
  const body = bodyOf(module, choice);
  const isSame = optIn?.state === 'current' && JSON.stringify(choice) === JSON.stringify(choiceOf(module));
  const left = optIn?.features.filter((key) => !choice.features.includes(key)) ?? [];
  const missing = typeof body === 'string' ? body : isSame ? 'Nothing changed' : null;
  return (
    <Panel title={optIn === null ? 'Opt in' : 'What this account chose'}>
      <form
        className="stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          if (typeof body === 'string' || reason !== null) return;
          save.mutate({ params: { accountId: account.id, moduleKey: module.key }, body });
        }}
      >
        <Features module={module} choice={choice} set={set} disabled={reason !== null} />
        <Needs
          module={module}
          needed={neededBy(module, choice.features)}
          choice={choice}
          set={set}
          disabled={reason !== null}
        />
        <Checkbox
          label="New triggers begin switched on, also those that later versions bring"
          checked={choice.triggersOn}
          disabled={reason !== null}
          onChange={(triggersOn) => set({ triggersOn })}
        />
        {left.length > 0 && choice.features.length > 0 && <RemovalFields choice={choice} set={set} />}
        <div>
          <Button type="submit" look="solid" busy={save.isPending} reason={reason ?? missing}>
            {optIn === null ? 'Opt in' : 'Save'}
          </Button>
        </div>
        {save.error !== null && <ErrorState error={save.error} />}
      </form>
    </Panel>
  );
}

function Copies({ workflows }: { readonly workflows: OptIn['workflows'] }) {
  return (
    <Panel
      title="Workflows of this account"
      description="Copies that follow the module. Their switches, limits and triggers of the account’s own stay as they are."
      flush
    >
      {workflows.map(({ id, name, enabled, triggers, enabledTriggers }) => (
        <div className="list-row" key={id}>
          <span className="grow">
            <Link to={paths.workflow(id)}>{name}</Link>
          </span>
          <span className="faint">
            {triggers === 0 ? 'no triggers' : `${enabledTriggers} of ${plural(triggers, 'trigger')} on`}
          </span>
          {!enabled && <Badge tone="warn">Off</Badge>}
        </div>
      ))}
    </Panel>
  );
}
