/**
 * `deno task interop`: builds the native program and runs the tests of this
 * folder. Where it can't be built, one line says why, and its cells are skipped.
 * With `--build` it only builds.
 */
import { NATIVE, whyNoNative } from "./support/native_program.ts";

/** Runs cargo here; null where there is none. */
async function cargo(...args: string[]): Promise<Deno.CommandOutput | null> {
  try {
    return await new Deno.Command("cargo", {
      args,
      cwd: NATIVE,
      env: { CARGO_HTTP_TIMEOUT: "20", CARGO_NET_RETRY: "1" },
      stdin: "null",
    }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The last line, where cargo says what it comes down to. */
function reasonOf({ stderr }: Deno.CommandOutput): string {
  return new TextDecoder().decode(stderr).trimEnd().split("\n").at(-1)!.trim();
}

/** Builds the program: null if it is there, else why it is not. */
async function build(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "it takes Unix seqpacket, so Linux";
  // Apart from the build, to tell a network that fails from code that does.
  const fetched = await cargo("fetch", "--locked");
  if (fetched === null) return "cargo is not installed";
  if (!fetched.success) {
    return `crates.io is out of reach: ${reasonOf(fetched)}`;
  }
  const target = `--target-dir=${NATIVE}target`;
  const built = await cargo("build", "--release", "--locked", target);
  if (built?.success) return null;
  console.error(new TextDecoder().decode(built?.stderr));
  throw new Error("The native program doesn't build");
}

/** Runs the tests; gives their exit code and the lines that count cells. */
async function test(): Promise<[number, string[]]> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--parallel", import.meta.dirname!],
    stdout: "piped",
  }).spawn();
  const [shown, counted] = process.stdout.tee();
  const [output] = await Promise.all([
    new Response(counted).text(),
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  const { code } = await process.status;
  return [code, output.match(/^Interop over .+$/gm) ?? []];
}

/** Adds up lines like "Interop over TCP: 80 cells run, 0 skipped". */
function total(lines: readonly string[]): string {
  let run = 0;
  let skipped = 0;
  for (const line of lines) {
    const counts = /(\d+) cells run, (\d+) skipped/.exec(line);
    run += Number(counts?.[1] ?? 0);
    skipped += Number(counts?.[2] ?? 0);
  }
  return `Interop: ${run} cells run, ${skipped} skipped`;
}

const reason = await build();
if (reason !== null && whyNoNative() !== null) {
  console.log(`Interop with the native crate is skipped: ${reason}`);
}
if (!Deno.args.includes("--build")) {
  const [code, lines] = await test();
  console.log(total(lines));
  Deno.exitCode = code;
}
