import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { connection, connectionParams } from './connection.ts';

export const allowDevelopmentHosts = defineEndpoint({
  method: 'PUT',
  path: '/connections/{connectionId}/development-hosts',
  summary: 'Name the loopback addresses that a connection may reach, for development',
  permission: 'connections.allow_development_hosts',
  params: connectionParams,
  body: z.strictObject({
    hosts: z
      .array(
        z
          .string()
          .regex(
            /^(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/,
            'must be 127.0.0.1, localhost or [::1] with a port, such as 127.0.0.1:4500',
          ),
      )
      .max(10),
  }),
  response: connection,
});
