import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import { useQueries } from '@tanstack/react-query';
import { query } from '../data/api.ts';
import type { ExpressionPlace } from './place.ts';

/** The record types of the connections that the scope's records are of. */
export function useRecordTypes({ scope, connections }: ExpressionPlace): KnownRecordTypes {
  const names = [...new Set(Object.values(scope).flatMap(connectionsIn))];
  const ids = names.map((name) => connections[name] ?? name);
  const results = useQueries({
    queries: ids.map((connectionId) => query('listRecordSets', { params: { connectionId } })),
  });
  const known = new Map(
    names.map((name, index) => [
      name,
      (results[index]?.data?.items ?? []).map(({ recordType }) => recordType),
    ]),
  );
  return { of: (name) => known.get(name) ?? [] };
}

function connectionsIn(type: ExpressionType): readonly string[] {
  if (type.kind === 'record') return [type.connection];
  if (type.kind === 'array') return connectionsIn(type.of);
  return type.kind === 'object' ? type.fields.flatMap((field) => connectionsIn(field.type)) : [];
}
