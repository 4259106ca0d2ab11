import { onAbort } from "../../internal/abort.ts";
import { systemClock } from "../../internal/clock.ts";
import {
  ConnectionRefused,
  ConnectionReset,
  TimedOut,
} from "../../internal/runtime/errors.ts";
import { NatsCarrier } from "./nats_carrier.ts";
import type { NatsMessage } from "./nats_connection.ts";
import { natsError } from "./nats_error.ts";
import type { NatsLink } from "./nats_link.ts";
import { newInbox, OPEN, readAnswer } from "./session.ts";

/** What a session is opened with. */
interface SessionRequest {
  /** What is tried, for errors. */
  readonly doing: string;
  /** The subject that a server is asked on. */
  readonly subject: string;
  /** For how long its answer is waited for, in milliseconds. */
  readonly timeout: number;
  /** What the subject of this side begins with. */
  readonly inboxPrefix: string | undefined;
  /** Ends the waiting. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks the servers of a subject for a session: one of them answers.
 *
 * @throws {Deno.errors.ConnectionRefused} If there is none, or it refuses.
 * @throws {Deno.errors.ConnectionReset} If the connection to NATS is lost.
 * @throws {Deno.errors.TimedOut} If none answers in time.
 */
export async function openSession(
  link: NatsLink,
  { doing, subject, timeout, inboxPrefix, signal }: SessionRequest,
): Promise<NatsCarrier> {
  signal?.throwIfAborted();
  const { connection } = link;
  const inbox = newInbox(inboxPrefix);
  const answered = Promise.withResolvers<NatsCarrier>();
  let carrier: NatsCarrier | null = null;

  const subscription = connection.subscribe(inbox, {
    callback(error, message) {
      if (error !== null) return answered.reject(natsError(error, doing));
      if (carrier !== null) return carrier.receive(message);
      try {
        const outbox = acceptedBy(message, doing);
        carrier = new NatsCarrier(link, { inbox, outbox, subscription });
        answered.resolve(carrier);
      } catch (error) {
        answered.reject(error);
      }
    },
  });
  const stops = [
    link.onLost(() =>
      answered.reject(
        new ConnectionReset(`${doing}: the connection to NATS is lost`),
      )
    ),
    systemClock.start(
      () =>
        answered.reject(
          new TimedOut(
            `${doing}: no answer came in ${timeout} ms (openTimeout)`,
          ),
        ),
      timeout,
      true,
    ),
    signal === undefined
      ? () => {}
      : onAbort(signal, () => answered.reject(signal.reason)),
  ];
  try {
    connection.publish(subject, OPEN, { reply: inbox });
    return await answered.promise;
  } catch (error) {
    // A server that takes the client all the same gets no answer to its first packet.
    subscription.unsubscribe();
    throw error;
  } finally {
    for (const stop of stops) stop();
  }
}

/** The subject on which the server of an answer receives. */
function acceptedBy(
  { data, headers, reply = "" }: NatsMessage,
  doing: string,
): string {
  if (headers?.code === 503) {
    throw new ConnectionRefused(`${doing}: nobody serves the subject`);
  }
  const refused = readAnswer(data);
  if (refused !== null) throw new ConnectionRefused(`${doing}: ${refused}`);
  return reply;
}
