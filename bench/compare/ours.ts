/**
 * This library; the environment variable COMPARE_ADDRESS says over what, and
 * COMPARE_REACTOR whether TCP and Unix streams run on the reactor.
 *
 * @module
 */
import { bind, connect as connectPeer } from "../../mod.ts";
import { LARGE } from "../support/shape.ts";
import type { ContestantClient } from "./contestant.ts";

const service = { ECHO: 1, ONE_WAY: 2, ARRIVED: 3, UPDATES: 4 } as const;
const COUNT_LEN = 4;
const UPDATE = new Uint8Array(32).fill(1);

/** More than any work has open. */
const OPEN = 16_384;
const ADDRESS = Deno.env.get("COMPARE_ADDRESS") ?? "tcp://127.0.0.1:0";
const BY_DATAGRAM = ADDRESS.startsWith("unix+seqpacket:");

/** What fits into one datagram with usual settings of the system; else no limit. */
export const maxBodyLen = BY_DATAGRAM ? LARGE / 32 : LARGE;

const OPTIONS = {
  maxBodyLenRead: 2 * maxBodyLen,
  maxBodyLenWrite: 2 * maxBodyLen,
  maxOpenSentRequests: OPEN,
  maxOpenReceivedRequests: OPEN,
  ...(Deno.env.has("COMPARE_REACTOR") ? { reactor: true } : {}),
};

/** Starts the server. */
export async function serve(): Promise<string> {
  const listener = await bind(ADDRESS, OPTIONS);
  const running = listener.run((peer) => {
    let arrived = 0;
    return peer.serve({
      [service.ECHO]: (_request, body) => body,
      [service.ARRIVED]: () => {
        const count = countBytes(arrived);
        arrived = 0;
        return count;
      },
      [service.UPDATES]: async (request, { data }) => {
        const count = countOf(data);
        for (let i = 0; i < count; i++) await request.sendUpdate(1, UPDATE);
      },
    }, { stream: () => void arrived++ });
  });
  running.catch((error) => {
    console.error(error);
    Deno.exit(1);
  });
  const { addr } = listener;
  return "port" in addr ? ADDRESS.replace(":0", `:${addr.port}`) : ADDRESS;
}

/** Connects a client. */
export async function connect(address: string): Promise<ContestantClient> {
  const peer = await connectPeer(address, OPTIONS);
  return {
    call: (body) => peer.call(service.ECHO, body),
    send: (body) => peer.sendStream(service.ONE_WAY, body),
    async arrived() {
      const { body } = await peer.call(service.ARRIVED, new Uint8Array(0));
      return countOf(body.data);
    },
    async updates(count) {
      const request = await peer.sendRequest(
        service.UPDATES,
        countBytes(count),
      );
      let taken = 0;
      for await (const _ of request) taken++;
      await request.recvResponse();
      if (taken !== count) throw new Error(`${taken} of ${count} updates came`);
    },
    [Symbol.asyncDispose]: () => peer.close(),
  };
}

function countBytes(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(COUNT_LEN);
  new DataView(bytes.buffer).setUint32(0, count);
  return bytes;
}

function countOf(bytes: Uint8Array<ArrayBuffer>): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
