import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import { parseMessage } from '@middle/core/message-parse.ts';
import type { ParsedMessage } from '@middle/core/message-parse.ts';
import type { TokenClaims } from '@middle/core/message.ts';
import { verifyToken } from '@middle/core/token.ts';
import type { InvocationContext } from '@middle/store/applied-messages.ts';

/** A message whose form and signature are right. */
export interface ReadMessage extends ParsedMessage {
  readonly received: ReceivedMessage;
  readonly claims: TokenClaims;
}

export interface Rejection {
  readonly received: ReceivedMessage;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Sorted<T> {
  readonly accepted: readonly T[];
  readonly rejected: readonly Rejection[];
}

/** Where a batch came from, and by which key its tokens are judged. */
export interface Origins {
  readonly app: string;
  readonly tokenKey: Uint8Array;
}

/** The queue says which app a message came from, the token says which invocation: both must agree. */
export function readMessages(received: readonly ReceivedMessage[], origins: Origins): Sorted<ReadMessage> {
  const accepted: ReadMessage[] = [];
  const rejected: Rejection[] = [];
  for (const one of received) {
    const parse = parseMessage(one.body);
    if (!parse.ok) {
      rejected.push({ received: one, code: 'message_invalid', message: parse.problem });
      continue;
    }
    // Judged by when it was sent: a message that waited, or was a dead letter for days, is still its sender's.
    const claims = verifyToken(parse.message.header.token, origins.tokenKey, one.sentAt);
    if (claims === null) {
      rejected.push(foreign(one, 'Its token is not signed by this stack, or had expired.'));
    } else if (claims.app !== origins.app) {
      rejected.push(foreign(one, `Its token is of the app "${claims.app}", its queue of "${origins.app}".`));
    } else {
      accepted.push({ ...parse.message, received: one, claims });
    }
  }
  return { accepted, rejected };
}

function foreign(received: ReceivedMessage, message: string): Rejection {
  return { received, code: 'message_origin', message };
}

export type KnownMessage = ReadMessage & { readonly invocation: InvocationContext };

/** Keeps the messages whose token says what the database knows of their invocation. */
export function matchInvocations(
  messages: readonly ReadMessage[],
  invocations: ReadonlyMap<string, InvocationContext>,
): Sorted<KnownMessage> {
  const accepted: KnownMessage[] = [];
  const rejected: Rejection[] = [];
  for (const message of messages) {
    const { claims } = message;
    const invocation = invocations.get(claims.invocation);
    if (invocation === undefined) {
      rejected.push(
        foreign(
          message.received,
          `There is no invocation ${claims.invocation}, or its connection was deleted.`,
        ),
      );
    } else if (
      invocation.app !== claims.app ||
      invocation.connectionId !== claims.connection ||
      invocation.versionId !== claims.version
    ) {
      rejected.push(foreign(message.received, `Its token does not fit the invocation ${claims.invocation}.`));
    } else {
      accepted.push({ ...message, invocation });
    }
  }
  return { accepted, rejected };
}
