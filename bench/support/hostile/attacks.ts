import { setTimeout as sleep } from "node:timers/promises";
import { MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import type { RawEnd } from "../../../tests/support/raw_end.ts";

const { Request, RequesterUpdate, Stream } = MessageType;

/** The services of the server: one answers with what it got, one answers when the attack is over. */
const ECHO = 1, SLOW = 2;
/** As long as a seqpacket socket takes it by default. */
const BODY = new Uint8Array(4000);
const BATCH = 16;

/** A message as `RawEnd` sends it. */
type RawMessage = Parameters<RawEnd["sendBatch"]>[0][number];

/** Where an attack is made. */
export interface Arena {
  /** Connects, and says what it likes. */
  open(): Promise<RawEnd>;
  /** Begins to say something, and says no more. */
  begin(): Promise<Disposable>;
}

/** What hostile clients do for some time, in milliseconds. */
export type Attack = (arena: Arena, time: number) => Promise<void>;

/** A flood of messages, each of a number, by a client that reads what comes or doesn't. */
interface Flood {
  readonly reads: boolean;
  message(number: number): RawMessage;
}

/** So many clients at once. */
function each(
  count: number,
  client: (index: number) => Promise<void>,
): Promise<void> {
  // What the server does to them may show in their errors.
  return Promise.allSettled(Array.from({ length: count }, (_, i) => client(i)))
    .then(() => {});
}

function floodBy(count: number, flood: Flood): Attack {
  return (arena, time) => each(count, () => run(arena, time, flood));
}

/** All attacks, by what they are. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "20 clients that never read an answer": floodBy(20, {
    reads: false,
    message: (id) => [Request, id, ECHO, BODY],
  }),
  "20 clients that send all they can, and read": floodBy(20, {
    reads: true,
    message: (id) => [Request, id, ECHO, BODY],
  }),
  "20 clients that send updates that nobody takes": floodBy(20, {
    reads: true,
    message: (id) =>
      id === 0 ? [Request, 0, SLOW, ""] : [RequesterUpdate, 0, id, BODY],
  }),
  "20 clients that send what makes no sense": floodBy(20, {
    reads: true,
    message: (id) =>
      ([
        [MessageType.Response, id, ECHO, BODY],
        [RequesterUpdate, id, reservedId.CANCEL, ""],
        [MessageType.ResponderUpdate, id, ECHO, BODY],
        [Stream, id, reservedId.METADATA, BODY],
      ] as const)[id % 4]!,
  }),
  "10 clients with 10,000 open requests each": async (arena, time) => {
    await each(10, async () => {
      const raw = await arena.open();
      const reading = readAll(raw);
      for (let id = 0; id < 10_000; id += BATCH) {
        await raw.sendBatch(batch((i) => [Request, id + i, SLOW, "open"]));
      }
      await sleep(time);
      await raw.close();
      await reading;
    });
  },
  "500 clients that begin, and say nothing": async (arena, time) => {
    const held: Disposable[] = [];
    await each(500, async () => void held.push(await arena.begin()));
    await sleep(time);
    for (const one of held) one[Symbol.dispose]();
  },
  "connections that are opened and dropped": async (arena, time) => {
    const end = Date.now() + time;
    await each(20, async () => {
      while (Date.now() < end) {
        const one = await arena.begin();
        one[Symbol.dispose]();
      }
    });
  },
};

function batch(message: (index: number) => RawMessage): RawMessage[] {
  return Array.from({ length: BATCH }, (_, i) => message(i));
}

async function readAll(raw: RawEnd): Promise<void> {
  try {
    while (await raw.recv() !== null);
  } catch {
    // The server, or this side, has ended it.
  }
}

/** Sends as fast as it is taken; the server may end the connection. */
async function run(
  arena: Arena,
  time: number,
  { reads, message }: Flood,
): Promise<void> {
  const raw = await arena.open();
  let over = false;
  const writing = async (): Promise<void> => {
    for (let id = 0; !over; id += BATCH) {
      await raw.sendBatch(batch((i) => message(id + i)));
    }
  };
  const work = Promise.allSettled([
    writing(),
    ...(reads ? [readAll(raw)] : []),
  ]);
  await Promise.race([work, sleep(time)]);
  over = true;
  await raw.close();
  await work;
}
