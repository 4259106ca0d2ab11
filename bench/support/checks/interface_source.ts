/** Sources to type-check: an interface of many services, and the same types by hand. */

const INTERFACE = new URL("../../../interface/mod.ts", import.meta.url).href;
const ROOT = new URL("../../../mod.ts", import.meta.url).href;

function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** A declaration, a call of each tenth service, and a handler for each. */
export function typedSource(count: number): string {
  return `import { body, bytes, defineInterface } from "${INTERFACE}";
import type { PeerHandle } from "${ROOT}";
export const Big = defineInterface({
  name: "Big",
  services: {
${
    each(count, (i) =>
      `service${i}: {
  id: ${i}, doc: "Service ${i}.",
  request: body<{ value${i}: number }>(), response: body<{ text${i}: string }>(),
  requestUpdates: { cancel: { id: 1 } },
  responseUpdates: { state: { id: 1, body: body<{ at${i}: number }>() }, image: { id: 2, body: bytes } },
},`)
  }
  },
});
export async function use(peer: PeerHandle): Promise<void> {
  const client = Big.client(peer);
${calls(count)}
  await Big.serve(peer, {
${handlers(count)}
  });
}
`;
}

/** The same methods and handlers with their types written out. */
export function plainSource(count: number): string {
  return `interface Request<R, U> {
  updates(): AsyncIterableIterator<U>;
  response(): Promise<R>;
}
type Image = { name: "image"; body: Uint8Array };
export interface Client {
${
    each(count, (i) =>
      `service${i}(body: { value${i}: number }): Promise<Request<
  { text${i}: string }, { name: "state"; body: { at${i}: number } } | Image>>;`)
  }
}
export interface Handlers {
${
    each(count, (i) =>
      `service${i}(body: { value${i}: number }): AsyncGenerator<
  { name: "state"; body: { at${i}: number } } | Image, { text${i}: string }, void>;`)
  }
}
export async function use(client: Client): Promise<void> {
${calls(count)}
}
export const handlers: Handlers = {
${handlers(count)}
};
`;
}

/** A call of each tenth method, with its updates. */
function calls(count: number): string {
  return each(Math.ceil(count / 10), (n) => {
    const i = 10 * n;
    return `{
  const request = await client.service${i}({ value${i}: 1 });
  for await (const update of request.updates()) {
    if (update.name === "state") console.log(update.body.at${i}.toFixed());
  }
  console.log((await request.response()).text${i}.length);
}`;
  });
}

/** A handler for each method. */
function handlers(count: number): string {
  return each(count, (i) =>
    `service${i}: async function* (body) {
  yield { name: "state", body: { at${i}: body.value${i} } };
  return { text${i}: "" };
},`);
}
