import { ApiProblem, createClient } from '@middle/contract/client.ts';
import type { Client, EndpointName } from '@middle/contract/client.ts';
import {
  QueryClient,
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { toast } from '../ui/toast.tsx';
import { sessionEnded } from './session.ts';
import type { Answer } from './types.ts';

export const api = createClient({ baseUrl: '' });

export type Input<N extends EndpointName> = Parameters<Client[N]>[0];
type AnyCall = (input: unknown, signal?: AbortSignal) => Promise<unknown>;

/** A problem that the same request would meet again is not worth a second try. */
function worthRetrying(failures: number, error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 503) && failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: worthRetrying,
      retryDelay: 600,
      staleTime: 5000,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Calls an endpoint by its name; a session that ended is told to the shell, once, here. */
export async function call<N extends EndpointName>(
  name: N,
  input: Input<N>,
  signal?: AbortSignal,
): Promise<Answer<N>> {
  try {
    // Each method of the client takes its own input; the name ties both together.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (await (api[name] as AnyCall)(input, signal)) as Answer<N>;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'not_signed_in') sessionEnded();
    throw error;
  }
}

/** The key of a query is the endpoint and its input, so that any part can say what it made stale. */
export function query<N extends EndpointName>(name: N, input: Input<N>) {
  return queryOptions<Answer<N>>({
    queryKey: [name, input ?? {}],
    queryFn: ({ signal }) => call(name, input, signal),
  });
}

interface QueryChoices {
  readonly enabled?: boolean;
  readonly refetchInterval?: number | false;
}

export function useApi<N extends EndpointName>(name: N, input: Input<N>, choices: QueryChoices = {}) {
  return useQuery({ ...query(name, input), ...choices });
}

interface Paged {
  readonly items: readonly unknown[];
  readonly next: string | null;
}
type ListName = {
  [N in EndpointName]: Answer<N> extends Paged ? N : never;
}[EndpointName];

/** All pages loaded so far of a list. */
export function useApiPages<N extends ListName>(name: N, input: Input<N>, choices: QueryChoices = {}) {
  const result = useInfiniteQuery({
    ...infiniteQueryOptions({
      queryKey: [name, input ?? {}, 'pages'],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ pageParam, signal }) => call(name, withCursor(input, pageParam), signal),
      getNextPageParam: (last) => pagedOf(last).next ?? undefined,
    }),
    ...choices,
  });
  const pages = result.data?.pages ?? [];
  type Item = Extract<Answer<N>, Paged>['items'][number];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const items = pages.flatMap((page) => pagedOf(page).items) as Item[];
  return { ...result, items, first: pages[0] };
}

function pagedOf(page: unknown): Paged {
  // Only endpoints of ListName come here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return page as Paged;
}

function withCursor<N extends EndpointName>(input: Input<N>, after: string | undefined): Input<N> {
  if (after === undefined) return input;
  const given: { readonly query?: object } = input ?? {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...given, query: { ...given.query, after } } as Input<N>;
}

export interface ActionChoices<N extends EndpointName> {
  /** Endpoints whose answers this makes stale. */
  readonly stale?: readonly EndpointName[];
  readonly done?: string | ((answer: Answer<N>) => string);
  readonly onDone?: (answer: Answer<N>) => void;
  /** Shows the result before the API has answered; returns how to take it back. */
  readonly optimistic?: (input: Input<N>) => () => void;
  /** The caller shows the error itself. */
  readonly quiet?: boolean;
}

/** A change: told to the API, then to every list that shows it; an error is shown as a toast. */
export function useAction<N extends EndpointName>(name: N, choices: ActionChoices<N> = {}) {
  return useMutation<Answer<N>, Error, Input<N>, () => void>({
    mutationFn: (input) => call(name, input),
    onMutate: (input) => choices.optimistic?.(input) ?? (() => undefined),
    onSuccess: (answer) => {
      const { done } = choices;
      if (done !== undefined) toast(typeof done === 'string' ? done : done(answer));
      choices.onDone?.(answer);
    },
    onError: (error, _, undo) => {
      undo?.();
      if (choices.quiet === true) return;
      const hint = error instanceof ApiProblem && error.hint !== undefined ? ` ${error.hint}` : '';
      toast(sentence(error.message) + hint, { tone: 'bad', milliseconds: 10_000 });
    },
    onSettled: () => markStale(choices.stale ?? []),
  });
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

export function markStale(names: readonly EndpointName[]): void {
  const stale = new Set<unknown>(names);
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.has(queryKey[0]) });
}

/** Changes an answer in the cache and returns how to take it back. */
export function patch<N extends EndpointName>(
  name: N,
  input: Input<N>,
  change: (answer: Answer<N>) => Answer<N>,
): () => void {
  const key = [name, input ?? {}];
  const before = queryClient.getQueryData<Answer<N>>(key);
  void queryClient.cancelQueries({ queryKey: key });
  if (before !== undefined) queryClient.setQueryData(key, change(before));
  return () => queryClient.setQueryData(key, before);
}
