/**
 * Listens in a folder of its own file system, which has room for ever more files, from
 * none on, and then may not be written to. The argument is that folder. Prints
 * what is wrong, and how often which error came, as JSON.
 */
import { bind, connect, listen } from "../../mod.ts";

const folder = Deno.args[0]!;
/** With so much room all of them succeed. */
const ENOUGH = 3;

/** Ways to listen. */
const WAYS = ["unix:", "unix+seqpacket:", "unix+shm:", "unix: reactor"]
  .flatMap((kind) => [
    ...[undefined, 0o600].flatMap((mode) => [
      { kind, mode, how: "listen" },
      { kind, mode, how: "bind" },
    ]),
  ]);

const wrong: string[] = [];
const errors: Record<string, number> = {};

async function mount(options: string): Promise<void> {
  for (
    const args of [
      ["umount", folder],
      ["mount", "-t", "tmpfs", "-o", options, "none", folder],
    ]
  ) {
    const [command, ...rest] = args;
    const { success, stderr } = await new Deno.Command(command!, {
      args: rest,
    }).output();
    // There is nothing to unmount at first.
    if (!success && command === "mount") {
      throw new Error(new TextDecoder().decode(stderr));
    }
  }
}

/** Listens, and is asked once; gives the error where it can't listen. */
async function attempt(
  { kind, mode, how }: typeof WAYS[number],
): Promise<unknown> {
  const [scheme, reactor] = kind.split(" ");
  const address = `${scheme}${folder}/socket`;
  const options = {
    ...(mode === undefined ? {} : { mode }),
    ...(reactor === undefined ? {} : { reactor: true }),
    onError() {},
  };
  let listener;
  try {
    listener = how === "listen"
      ? listen(address, options)
      : await bind(address, options);
  } catch (error) {
    return error;
  }
  await using _listener = listener;
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  await using peer = await connect(address);
  const answer = await peer.call(1, "here");
  if (answer.text() !== "here") throw new Error("Another answer");
  return null;
}

/** Tries all ways, and looks what each leaves. */
async function attemptAll(where: string, mayFail: boolean): Promise<void> {
  const before = [...Deno.readDirSync(folder)].map(({ name }) => name);
  for (const way of WAYS) {
    const at = `${where}, ${way.kind}, ${way.mode}, ${way.how}`;
    const error = await attempt(way);
    if (error !== null) {
      const { name, message } = error as Error;
      const reason = /os error (\d+)/.exec(message)?.[1];
      if (reason === undefined || !mayFail) {
        wrong.push(`${at}: ${name}: ${message}`);
      }
      const text = `${name} ${reason}`;
      errors[text] = (errors[text] ?? 0) + 1;
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => !before.includes(name));
    if (left.length > 0) wrong.push(`${at}: left: ${left}`);
    for (const name of left) Deno.removeSync(`${folder}/${name}`);
  }
}

for (let room = 0; room <= ENOUGH; room++) {
  // The folder itself takes one.
  await mount(`nr_inodes=${room + 1}`);
  await attemptAll(`room for ${room}`, room < ENOUGH);
}
await mount("size=64k");
await mount("ro");
await attemptAll("read only", true);
await mount("size=64k");
await attemptAll("again", false);
console.log(JSON.stringify({ wrong, errors }));
