import { setTimeout as sleep } from "node:timers/promises";
import { concat } from "@std/bytes";

const ECHO = 1;
const BODY = 8000;

/** What a hostile client does to a server, on a port, for some time in milliseconds. */
export type Attack = (port: number, time: number) => Promise<void>;

/** All attacks, by what they are. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "20 clients that never read an answer": async (port, time) => {
    await Promise.all(
      Array.from({ length: 20 }, () => flood(port, time, false)),
    );
  },
  "20 clients that send all they can, and read": async (port, time) => {
    await Promise.all(
      Array.from({ length: 20 }, () => flood(port, time, true)),
    );
  },
  "500 clients that begin a message, and say nothing": async (port, time) => {
    const conns = await Promise.all(
      Array.from({ length: 500 }, () => Deno.connect({ port })),
    );
    for (const conn of conns) await conn.write(request(0).subarray(0, 4000));
    await sleep(time);
    for (const conn of conns) conn.close();
  },
  "connections that are opened and dropped": async (port, time) => {
    const end = Date.now() + time;
    const drop = async (): Promise<void> => {
      while (Date.now() < end) (await Deno.connect({ port })).close();
    };
    await Promise.all(Array.from({ length: 20 }, drop));
  },
};

function request(id: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + BODY);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 12 + BODY, true);
  view.setUint32(8, id, true);
  view.setInt32(12, ECHO, true);
  return bytes;
}

/** Sends requests as fast as they are taken; the server may end the connection. */
async function flood(
  port: number,
  time: number,
  reads: boolean,
): Promise<void> {
  using conn = await Deno.connect({ port });
  let over = false;
  const reading = async (): Promise<void> => {
    const buffer = new Uint8Array(64 * 1024);
    while (!over && await conn.read(buffer) !== null);
  };
  const writing = async (): Promise<void> => {
    for (let id = 0; !over; id += 16) {
      const batch = concat(
        Array.from({ length: 16 }, (_, i) => request(id + i)),
      );
      for (let at = 0; at < batch.length;) {
        at += await conn.write(batch.subarray(at));
      }
    }
  };
  const work = Promise.allSettled([writing(), ...(reads ? [reading()] : [])]);
  await Promise.race([work, sleep(time)]);
  over = true;
}
