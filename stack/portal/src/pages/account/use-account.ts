import { useParams } from '@tanstack/react-router';
import { useApi } from '../../data/api.ts';

/** The account of the address: its key, or its id. */
export function useAccount() {
  const params: { readonly account?: string } = useParams({ strict: false });
  const account = params.account ?? '';
  return { account, query: useApi('getAccount', { params: { accountId: account } }) };
}
