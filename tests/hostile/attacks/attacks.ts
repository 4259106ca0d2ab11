import { assert, assertEquals, assertLess } from "@std/assert";
import { MessageType, type PeerStats } from "../../../mod.ts";
import { MESSAGE_COST } from "../../../internal/cost.ts";
import { HEADER_LEN } from "../../../protocol/header.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { fired } from "../../support/expect.ts";
import type { TestPeer } from "../../support/scene.ts";
import { type Attack, LIMITS } from "./attack.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

const ECHO = 1, NEVER = 2;

/** One read may be handed over before a limit is looked at; in bytes and in messages. */
const ONE_READ = 256 * 1024;
const BODY = new Uint8Array(8000);
const IN_ONE_READ = Math.ceil(ONE_READ / BODY.length) + 64;
const PING = new Uint8Array(64);

/** What a refusal or the answer to `PING` counts at most in a queue, in bytes. */
const ANSWER_COST = 2 * MESSAGE_COST;

/** An application that answers one service, and has another one that never ends. */
function serve(peer: TestPeer): Promise<unknown> {
  return peer.serve({
    [ECHO]: (_request, body) => body,
    [NEVER]: (_request, _body, { signal }) => fired(signal).then(() => ""),
  }, { stream() {} });
}

/** An application that takes nothing. */
function takeNothing(peer: TestPeer): Promise<unknown> {
  return peer.closed;
}

/** Holds nothing at all, but a turn's worth that is on its way. */
function holdsNothing(
  { inboxMessages, openReceivedRequests, queuedBytes, unreadUpdates }:
    PeerStats,
): void {
  assertLess(inboxMessages, IN_ONE_READ + LIMITS.maxInboxMessages);
  assertEquals([openReceivedRequests, unreadUpdates], [0, 0]);
  assertLess(queuedBytes, ONE_READ);
}

/** A full inbox, and what one more read brings. */
function holdsAnInbox({ inboxMessages, queuedBytes }: PeerStats): void {
  assertLess(inboxMessages, LIMITS.maxInboxMessages + IN_ONE_READ);
  assertEquals(queuedBytes, 0);
}

/**
 * The responses that `replyQueueBytes` allows, and those to one more read of messages
 * with such bodies.
 */
function holdsReplies(body: Uint8Array): Attack["bounds"] {
  const refusals = ANSWER_COST * LIMITS.maxOpenReceivedRequests;
  const toOneRead = ANSWER_COST * ONE_READ / (HEADER_LEN + body.length);
  const most = Math.max(LIMITS.replyQueueBytes, refusals) + toOneRead;
  return ({ queuedBytes, openReceivedRequests }) => {
    assertLess(queuedBytes, most);
    assertLess(openReceivedRequests, LIMITS.maxOpenReceivedRequests + 1);
  };
}

/** All attacks that consist of messages. */
export const ATTACKS: readonly Attack[] = [
  {
    name: "requests that nobody takes",
    options: { maxOpenReceivedRequests: 4096 },
    serve: takeNothing,
    message: (id) => [Request, id, ECHO, BODY],
    reads: true,
    pausedBy: "inbox",
    bounds(stats) {
      holdsAnInbox(stats);
      assertEquals(stats.openReceivedRequests, stats.inboxMessages);
    },
  },
  {
    name: "stream messages that nobody takes",
    serve: takeNothing,
    message: (id) => [Stream, 0, id, BODY],
    reads: true,
    pausedBy: "inbox",
    bounds: holdsAnInbox,
  },
  {
    name: "stream messages that a subscription doesn't take",
    serve(peer) {
      const subscription = peer.subscribe(7);
      return Promise.all([serve(peer), peer.closed])
        .finally(() => subscription[Symbol.dispose]());
    },
    message: () => [Stream, 0, 7, BODY],
    reads: true,
    pausedBy: { stream: 7 },
    bounds: ({ inboxMessages, messagesReceived }) => {
      assertEquals(inboxMessages, 0);
      assertLess(
        messagesReceived,
        LIMITS.maxRequestInboxMessages + 2 * IN_ONE_READ,
      );
    },
  },
  {
    name: "stream messages that nobody knows",
    serve,
    message: (id) => [Stream, 0, id, "?"],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
  },
  {
    name: "updates that a handler doesn't take",
    serve,
    begin: (raw) => raw.send(Request, 5, NEVER, ""),
    message: (id) => [RequesterUpdate, 5, id, BODY],
    reads: true,
    pausedBy: { updatesOf: 5 },
    bounds({ unreadUpdates, openReceivedRequests }) {
      assertLess(
        unreadUpdates,
        LIMITS.maxRequestInboxMessages + 2 * IN_ONE_READ,
      );
      assertLess(openReceivedRequests, 2);
    },
  },
  {
    name: "updates of a response that nobody takes",
    async serve(peer) {
      // Its id is 0.
      using _request = await peer.sendRequest(9, "");
      await Promise.all([serve(peer), peer.closed]);
    },
    begin: async (raw) => void await raw.recv(),
    message: (id) => [ResponderUpdate, 0, id, BODY],
    reads: true,
    pausedBy: { updatesOf: 0 },
    bounds: ({ unreadUpdates }) =>
      assertLess(
        unreadUpdates,
        LIMITS.maxRequestInboxMessages + 2 * IN_ONE_READ,
      ),
  },
  {
    name: "responses to nobody",
    serve,
    message: (id) => [Response, id, ECHO, "?"],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
    outcome: ({ errors }, messages) => assertEquals(errors, messages),
  },
  {
    name: "updates for requests that aren't open, of both kinds",
    serve,
    message: (id) => [
      id % 2 === 0 ? RequesterUpdate : ResponderUpdate,
      1000 + id,
      ECHO,
      "?",
    ],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
    outcome: ({ errors }, messages) => assertEquals(errors, messages),
  },
  {
    name: "the same request again and again",
    serve,
    begin: (raw) => raw.send(Request, 5, NEVER, ""),
    message: () => [Request, 5, ECHO, "?"],
    reads: true,
    pausedBy: null,
    bounds: ({ openReceivedRequests, inboxMessages }) => {
      assertLess(openReceivedRequests, 2);
      assertLess(inboxMessages, LIMITS.maxInboxMessages + IN_ONE_READ);
    },
    outcome: ({ errors }, messages) => assertEquals(errors, messages),
  },
  {
    name: "requests that are never answered",
    serve,
    message: (id) => [Request, id, NEVER, "?"],
    reads: true,
    pausedBy: null,
    refusesLast: true,
    bounds: ({ openReceivedRequests }) =>
      assertLess(openReceivedRequests, LIMITS.maxOpenReceivedRequests + 1),
    outcome: ({ openReceivedRequests, refusedRequests }, messages) =>
      assertEquals(
        [openReceivedRequests, refusedRequests],
        [
          LIMITS.maxOpenReceivedRequests,
          messages + 1 - LIMITS.maxOpenReceivedRequests,
        ],
      ),
  },
  {
    name: "requests that are cancelled at once",
    serve,
    message: (id) =>
      id % 2 === 0
        ? [Request, id, NEVER, "?"]
        : [RequesterUpdate, id - 1, reservedId.CANCEL, ""],
    reads: true,
    pausedBy: null,
    bounds: ({ openReceivedRequests }) =>
      assertLess(openReceivedRequests, LIMITS.maxOpenReceivedRequests + 1),
    outcome: ({ openReceivedRequests, errors }) =>
      assertEquals([openReceivedRequests, errors], [0, 0]),
  },
  {
    name: "cancels of requests that aren't open",
    serve,
    message: (id) => [RequesterUpdate, id, reservedId.CANCEL, "?"],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
    outcome: ({ lateUpdates }, messages) => assertEquals(lateUpdates, messages),
  },
  {
    name: "metadata without requests",
    serve,
    message: (id) => [
      Stream,
      id,
      reservedId.METADATA,
      JSON.stringify({ text: "x".repeat(4000) }),
    ],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
    // The last one waits for its request, which may be the next message.
    outcome: ({ droppedMessages }, messages) =>
      assert(droppedMessages >= messages - 1, `${droppedMessages}`),
  },
  {
    name: "messages with all reserved ids",
    serve,
    message: (id) => [
      [Stream, RequesterUpdate, ResponderUpdate][id % 3]!,
      id,
      reservedId.PING + id % 16,
      "?",
    ],
    reads: true,
    pausedBy: null,
    bounds: holdsNothing,
  },
  {
    name: "requests whose responses it never reads",
    serve,
    message: (id) => [Request, id, ECHO, BODY],
    reads: false,
    pausedBy: "inbox",
    bounds: ({ queuedBytes, inboxMessages }) => {
      // While reading is paused, responses may cost four times as much.
      assertLess(queuedBytes, 4 * LIMITS.replyQueueBytes + 2 * ONE_READ);
      assertLess(inboxMessages, LIMITS.maxInboxMessages + IN_ONE_READ);
    },
  },
  {
    name: "requests whose refusals it never reads",
    options: { maxOpenReceivedRequests: 1 },
    serve: takeNothing,
    message: (id) => [Request, id, ECHO, BODY],
    reads: false,
    hasSmallAnswers: true,
    pausedBy: "replies",
    bounds: holdsReplies(BODY),
  },
  {
    name: "pings whose answers it never reads",
    serve,
    message: (id) => [Request, id, reservedId.PING, PING],
    reads: false,
    hasSmallAnswers: true,
    pausedBy: "replies",
    bounds: holdsReplies(PING),
  },
];
