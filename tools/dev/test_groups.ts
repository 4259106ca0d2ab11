import { documented, programsOf } from "./documented_programs.ts";
import { groupsOf, infoOf, isTestFolder, TESTS } from "./test_files.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * What `deno test` runs in place of folders, and of the documentation: modules with many
 * files each. A worker takes a second or two of CPU time until it has loaded the library
 * and V8 has compiled what runs often: `tests/interface/` takes 50 s with a worker for each
 * of its files, 28 s with five workers, and 21 s with one. The programs in the documentation
 * take 29 s with a worker for each, as `deno test --doc` has it, and 2 s with one.
 */
export class TestGroups implements Disposable {
  readonly #folder: string;
  readonly #names = new Map<string, string>();
  /** The arguments of `deno test`. */
  readonly args: readonly string[];

  /** Makes the modules for these arguments, of which those that are paths may be none. */
  constructor(args: readonly string[], jobs: number) {
    this.#folder = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "rpc_tests_" }),
    );
    const paths = args.filter((arg) =>
      !arg.startsWith("-") && infoOf(arg) !== null
    );
    const named = paths.length === 0 ? [TESTS, ROOT] : paths;
    const folders = named.filter(isTestFolder)
      .map((folder) => `${Deno.realPathSync(folder)}/`);
    for (const { name, files } of groupsOf(folders, jobs)) {
      this.#write(name, files.map((file) => `import "file://${file}";`));
    }
    const tests = new Map(
      named.filter((path) => !isTestFolder(path)).flatMap(documented)
        .map((path) => [path, this.#testsOf(path)]),
    );
    const all = [...tests.values()].flat();
    if (all.length > 0) this.#write("code in the documentation", all);
    const isWritten = (arg: string): boolean =>
      isTestFolder(arg) || (tests.get(arg) ?? []).length > 0;
    this.args = [
      ...args.filter((arg) => !isWritten(arg)),
      ...this.#names.size > 0 ? [this.#folder] : [],
    ];
  }

  /** Writes the programs of a document; gives a test for each. */
  #testsOf(path: string): string[] {
    const document = Deno.realPathSync(path).replace(ROOT, "");
    return programsOf(path).map(({ line, code }) => {
      const name = `${document}:${line}`;
      const program = `./${name.replaceAll(/[/:]/g, "_")}.ts`;
      // An error is then in the line of the document.
      const text = "\n".repeat(line) + code;
      Deno.writeTextFileSync(`${this.#folder}/${program}`, text);
      return `Deno.test("${name}", async () => void await import("${program}"));`;
    });
  }

  #write(name: string, lines: readonly string[]): void {
    // Deno runs them in the order of their names.
    const number = `${this.#names.size}`.padStart(4, "0");
    const path = `${this.#folder}/${number}_test.ts`;
    Deno.writeTextFileSync(path, `${lines.join("\n")}\n`);
    this.#names.set(path, name);
  }

  /** What the report calls a file, which Deno names from where it was started. */
  nameOf(file: string): string {
    const { pathname } = new URL(file, `file://${Deno.cwd()}/`);
    return this.#names.get(pathname) ?? file;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}
