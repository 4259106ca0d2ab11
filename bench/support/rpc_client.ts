import type { Message, PeerHandle } from "../../mod.ts";
import { service } from "./shape.ts";

/** One round trip with the request's own handle. */
export async function exchange(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const request = await peer.sendRequest(service.ECHO, body);
  const response = await request.recvResponse();
  if (response.isError) throw new Error(response.text());
  checkLength(response, body);
}

/** One round trip with `call`. */
export async function callEcho(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const response = await peer.call(service.ECHO, body);
  checkLength(response, body);
}

/** One round trip with `call`, after which both sides dispose their body. */
export async function callEchoDisposed(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const response = await peer.call(service.ECHO_DISPOSED, body);
  checkLength(response, body);
  response.body[Symbol.dispose]();
}

/** Sends a body to a service that answers with an empty one. */
export async function callUpload(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
  serviceId: number = service.UPLOAD,
): Promise<void> {
  await peer.call(serviceId, body);
}

/** Runs `total` round trips, `width` of them open at any time. */
export async function inFlight<T>(
  trip: () => Promise<T>,
  total: number,
  width: number,
  check: (result: T) => void = () => {},
): Promise<void> {
  let left = total;
  const worker = async (): Promise<void> => {
    while (left-- > 0) check(await trip());
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/**
 * Echoes a body `total` times, `width` of them at any time: `inFlight` of
 * `callEcho`, without the additional promise for each call.
 */
export function echoInFlight(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
  total: number,
  width: number,
): Promise<void> {
  return inFlight(
    () => peer.call(service.ECHO, body),
    total,
    width,
    (response) => checkLength(response, body),
  );
}

/**
 * Sends `count` stream messages, and waits until the server has counted them.
 *
 * - `batch` of them are sent before their promises are awaited; 1 awaits each.
 */
export async function oneWay(
  peer: PeerHandle,
  body: Uint8Array<ArrayBuffer>,
  count: number,
  batch: number,
): Promise<void> {
  if (batch === 1) {
    for (let sent = 0; sent < count; sent++) {
      await peer.sendStream(service.ONE_WAY, body);
    }
  } else {
    for (let sent = 0; sent < count; sent += batch) {
      const sends: Promise<void>[] = [];
      for (let i = sent; i < Math.min(sent + batch, count); i++) {
        sends.push(peer.sendStream(service.ONE_WAY, body));
      }
      await Promise.all(sends);
    }
  }
  const { data } = (await peer.call(service.COUNT, new Uint8Array(0))).body;
  const seen = new DataView(data.buffer, data.byteOffset).getUint32(0);
  if (seen !== count) throw new Error(`Sent ${count}, the server saw ${seen}`);
}

/** Asks for so many updates in one request, and takes all of them. */
export async function takeUpdates(
  peer: PeerHandle,
  count: number,
): Promise<void> {
  const request = await peer.sendRequest(service.UPDATES, `${count}`);
  let seen = 0;
  for await (const _ of request) seen++;
  await request.recvResponse();
  if (seen !== count) throw new Error(`Asked for ${count}, ${seen} came`);
}

function checkLength(
  response: Message,
  { length }: Uint8Array<ArrayBuffer>,
): void {
  if (response.body.data.length === length) return;
  throw new Error("The response has another length than the request");
}
