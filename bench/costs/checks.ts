/**
 * `deno task bench:checks`: what `deno check` takes for an interface of 1, 100 and 1000
 * services, declared, called and served. Three forms take turns:
 *
 * - by hand: the same types written out, without the library;
 * - from JSR: a program of a user, for whom Deno makes declarations of the package's
 *   public interface. It comes from a registry on loopback;
 * - from the sources: a program in a checkout, where Deno checks the whole library too.
 *
 * It prints CPU time, which what else the machine does changes less than the time by
 * the clock, and what the compiler counts. Each file is new to Deno, but what it has
 * made of the library is in its cache. It takes `--rounds N` (3), `--services N` for
 * one of the three numbers, and `--only TEXT` for the forms beside that by hand.
 *
 * @module
 */
import {
  plainSource,
  typedSource,
} from "../support/checks/interface_source.ts";
import { JsrRegistry } from "../support/checks/jsr_registry.ts";
import { option } from "../support/option.ts";
import { median } from "../support/stats.ts";
import { timeDeno } from "../support/timed_command.ts";

const ROOT = new URL("../../", import.meta.url);
const rounds = Number(option("rounds") ?? 3);
const only = option("only") ?? "";
const chosen = option("services");
const counts = chosen === undefined ? [1, 100, 1000] : [Number(chosen)];

/** The sources of each form, by the number of services. */
const FORMS: Readonly<Record<string, (count: number) => string>> = {
  "by hand": plainSource,
  "from JSR": (count) =>
    typedSource(count)
      .replace(`${ROOT}interface/mod.ts`, "jsr:@fizyr/rpc/interface")
      .replace(`${ROOT}mod.ts`, "jsr:@fizyr/rpc"),
  "from the sources": typedSource,
};

/** What the compiler counts. */
interface Counted {
  readonly types: number;
  readonly instantiations: number;
}

const folder = Deno.makeTempDirSync({ prefix: "rpc_checks_" });
try {
  await using registry = JsrRegistry.start();
  // A cache of its own, since versions on this registry aren't those of JSR; packages
  // of npm are the same.
  const env = { DENO_DIR: `${folder}/cache`, JSR_URL: registry.url };
  Deno.mkdirSync(env.DENO_DIR);
  Deno.symlinkSync(await npmCache(), `${env.DENO_DIR}/npm`);
  const { compilerOptions } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  // In the checkout's own configuration its name would lead to its sources.
  Deno.writeTextFileSync(
    `${folder}/deno.json`,
    JSON.stringify({ compilerOptions, lock: false }),
  );
  await measure(env);
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function measure(env: Readonly<Record<string, string>>): Promise<void> {
  const forms = Object.entries(FORMS).filter(([name]) =>
    name === "by hand" || name.includes(only)
  );
  const cells: Cell[] = counts.flatMap((count) =>
    forms.map(([form, sourceOf]) => ({ count, form, sourceOf, seconds: [] }))
  );
  const counted: Counted[] = [];
  for (const { count, sourceOf } of cells) {
    // This also fills the caches.
    const { errors } = await check(sourceOf(count), env, ["--log-level=debug"]);
    counted.push(countedIn(errors));
  }
  for (let round = 0; round < rounds; round++) {
    for (const { count, sourceOf, seconds } of cells) {
      const { cpu } = await check(sourceOf(count), env, ["--quiet"]);
      seconds.push(cpu / 1000);
    }
  }
  console.log(
    "| services | form | CPU time | to by hand | types | instantiations |",
  );
  console.log("|--:|---|--:|--:|--:|--:|");
  for (const [i, { count, form, seconds }] of cells.entries()) {
    const byHand = cellOf(cells, count, "by hand").seconds;
    const { types, instantiations } = counted[i]!;
    const ratios = seconds.map((time, round) => time / byHand[round]!);
    row(count, form, seconds, ratios, types, instantiations);
  }
  const [least, most] = [counts.at(0)!, counts.at(-1)!];
  if (least === most) return;
  const each = (form: string): number[] => {
    const few = cellOf(cells, least, form).seconds;
    const many = cellOf(cells, most, form).seconds;
    return many.map((time, round) => (time - few[round]!) / (most - least));
  };
  const byHand = each("by hand");
  for (const [form] of forms) {
    const seconds = each(form);
    const ratios = seconds.map((time, round) => time / byHand[round]!);
    row("each further", form, seconds, ratios, "", "");
  }
}

/** The checks of one form with so many services. */
interface Cell {
  readonly count: number;
  readonly form: string;
  readonly sourceOf: (count: number) => string;
  /** The CPU time of each round. */
  readonly seconds: number[];
}

function cellOf(cells: readonly Cell[], count: number, form: string): Cell {
  return cells.find((cell) => cell.count === count && cell.form === form)!;
}

function row(
  count: number | string,
  form: string,
  seconds: readonly number[],
  ratios: readonly number[],
  ...counted: readonly (number | string)[]
): void {
  const isEach = typeof count === "string";
  const time = isEach
    ? `${summary(seconds.map((time) => 1000 * time))} ms`
    : `${summary(seconds)} s`;
  const ratio = form === "by hand" ? "" : summary(ratios);
  console.log(`| ${[count, form, time, ratio, ...counted].join(" | ")} |`);
}

async function check(
  source: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[],
): Promise<Awaited<ReturnType<typeof timeDeno>>> {
  const file = `${folder}/${crypto.randomUUID()}.ts`;
  Deno.writeTextFileSync(file, source);
  const config = source.includes(ROOT.href)
    ? new URL("deno.json", ROOT).pathname
    : `${folder}/deno.json`;
  return await timeDeno(["check", ...flags, "--config", config, file], { env });
}

/** What Deno tells when it logs everything. */
function countedIn(log: string): Counted {
  const read = (name: string): number =>
    Number(new RegExp(`^ +${name}: (\\d+)`, "m").exec(log)?.[1]);
  return { types: read("Types"), instantiations: read("Instantiations") };
}

/** Where Deno keeps the packages of npm. */
async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

function summary(values: readonly number[]): string {
  const shown = [median(values), Math.min(...values), Math.max(...values)]
    .map((value) => value.toFixed(value < 10 ? 2 : 1));
  return `${shown[0]} (${shown[1]}–${shown[2]})`;
}
