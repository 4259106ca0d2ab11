import type { Listener, PeerHandle } from "../../mod.ts";
import { service, SMALL } from "./shape.ts";

const UPDATE = new Uint8Array(SMALL).fill(1);

/** Serves as most users do: by a table of handlers. `others` adds some. */
export async function serveWithHandlers(
  listener: Listener,
  others: Parameters<PeerHandle["serve"]>[0] = {},
): Promise<void> {
  await listener.run(async (peer: PeerHandle) => {
    let count = 0;
    await peer.serve({
      [service.ECHO]: (_request, body) => body,
      [service.ECHO_DISPOSED]: async (request, body) => {
        await request.sendResponse(service.ECHO_DISPOSED, body);
        body[Symbol.dispose]();
      },
      [service.UPLOAD]: () => {},
      [service.UPLOAD_DISPOSED]: (_request, body) => body[Symbol.dispose](),
      [service.COUNT]: () => {
        const body = encodeCount(count);
        count = 0;
        return body;
      },
      [service.UPDATES]: async (request, body) => {
        for (let i = Number(body.text()); i > 0; i--) {
          await request.sendUpdate(service.UPDATES, UPDATE);
        }
      },
      ...others,
    }, { stream: () => void count++ });
  });
}

/** Serves in the simplest way: by a loop over messages, each answered in turn. */
export async function serveByIterating(listener: Listener): Promise<void> {
  await listener.run(async (peer: PeerHandle) => {
    let count = 0;
    for await (const message of peer) {
      if (message.kind === "stream") {
        count++;
        continue;
      }
      const { request, body } = message;
      switch (request.serviceId) {
        case service.ECHO:
          await request.sendResponse(service.ECHO, body);
          break;
        case service.COUNT:
          await request.sendResponse(service.COUNT, encodeCount(count));
          count = 0;
          break;
        case service.UPLOAD:
          await request.sendResponse(service.UPLOAD, new Uint8Array(0));
          break;
        default:
          await request.sendErrorResponse("Unknown service");
      }
    }
  });
}

function encodeCount(count: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(4);
  new DataView(body.buffer).setUint32(0, count);
  return body;
}
