/**
 * Connects, talks and closes with room for ever more descriptors, from none on, and
 * takes descriptors without room for them. Prints a line of JSON for each kind of
 * connection: what is wrong, and how often descriptors had run out.
 */
import { deadline } from "@std/async";
import { FileDescriptor, RpcError } from "../../mod.ts";
import {
  type Connect,
  CONNECTIONS,
  hold,
  leftOpen,
} from "../lost_connections/failing_conversation.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";
import { limitDescriptors } from "../support/processes/limits.ts";
import { openFiles } from "../support/processes/open_files.ts";

/** Some connections succeed with so much room. */
const MOST_ROOM = 6;

const COUNT = 1;

for (const [kind, connect] of Object.entries(CONNECTIONS)) {
  const wrong: string[] = [];
  await hold(connect);
  let exhausted = 0;
  for (let room = 0; room <= MOST_ROOM; room++) {
    const before = openFiles();
    let failure: unknown = null;
    {
      using _limited = limitDescriptors(room);
      failure = await deadline(hold(connect), HANGS_AFTER)
        .catch((error) => error);
    }
    if (/os error 24|ulimit -n/.test(`${failure}`)) exhausted++;
    else if (failure !== null) wrong.push(`room ${room}: ${failure}`);
    const left = await leftOpen(before);
    if (left.length > 0) wrong.push(`room ${room}: left open: ${left}`);
    // There is room again.
    const again = await hold(connect);
    if (again !== null) wrong.push(`after room ${room}: ${again}`);
  }
  const refused = kind === "rings" ? await offerRings(connect) : null;
  const received = /seqpacket|rings/.test(kind) ? await receive(connect) : [];
  console.log(JSON.stringify({ kind, wrong, exhausted, received, refused }));
}
Deno.exit();

/** What is said where the side that accepts has no room for the memory of rings. */
async function offerRings(connect: Connect): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const [client] = await connect(stack);
  using _limited = limitDescriptors(0);
  const error = await client.call(COUNT, "").catch((error) => error);
  return `${error}`;
}

/** What becomes of a request whose descriptors find room, or none. */
async function receive(connect: Connect): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const [client, server] = await connect(stack);
  server.serve({
    [COUNT]: (_request, body) => {
      using files = body;
      return `${files.fds.length}`;
    },
  });
  const fds = Array.from(
    { length: 4 },
    () => stack.use(FileDescriptor.open("/dev/null")),
  );
  const ask = async (): Promise<string> => {
    try {
      return (await client.call(COUNT, { data: "", fds })).text();
    } catch (error) {
      return error instanceof RpcError ? error.code : `${error}`;
    }
  };
  // Rings are taken with the first one.
  await client.call(COUNT, "");
  const before = openFiles();
  const outcomes: string[] = [];
  for (const room of [0, 2]) {
    using _limited = limitDescriptors(room);
    outcomes.push(await ask());
  }
  // What waits for the answer may take descriptors too: no limit fits exactly.
  outcomes.push(await ask());
  const left = await leftOpen(before);
  return left.length > 0 ? left : outcomes;
}
