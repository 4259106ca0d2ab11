const ROOT = new URL("../../", import.meta.url);
const TESTS = new URL("tests/", ROOT).pathname;

/** At most so many files run one after the other in one worker. */
const MAX_FILES = 16;

/** Test files of a folder that run in one worker. */
interface Group {
  /** What the report calls it. */
  readonly name: string;
  readonly files: readonly string[];
}

/** What is at a path; null where there is nothing. */
function infoOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether a path is a folder of the project's tests. */
function isTestFolder(path: string): boolean {
  return infoOf(path)?.isDirectory === true &&
    `${Deno.realPathSync(path)}/`.startsWith(TESTS);
}

/** All but the tests whose documentation may have code. */
function documented(): string[] {
  return [...Deno.readDirSync(ROOT)]
    .filter(({ name, isDirectory }) =>
      isDirectory
        ? !/^\.|^(tests|npm|node_modules|coverage)$/.test(name)
        : /\.(ts|md)$/.test(name)
    )
    .map(({ name }) => name);
}

/** The test files of a folder and of those in it, its own first. */
function filesOf(folder: string): string[] {
  const files: string[] = [];
  const folders: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) folders.push(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) files.push(`${folder}${name}`);
  }
  return [...files.sort(), ...folders.sort().flatMap(filesOf)];
}

/** The groups of a folder, together with those in it; each folder of `tests/` has its own. */
function groupsOf(folder: string): Group[] {
  if (folder === TESTS) {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
      .map(({ name }) => `${folder}${name}/`).sort().flatMap(groupsOf);
  }
  const files = filesOf(folder);
  const count = Math.ceil(files.length / MAX_FILES);
  return Array.from({ length: count }, (_, i) => {
    const bound = (i: number): number => Math.round(i * files.length / count);
    const some = files.slice(bound(i), bound(i + 1));
    const from = some[0]!.slice(ROOT.pathname.length);
    const more = some.length === 1 ? "" : ` and ${some.length - 1} more`;
    return { name: `${from}${more}`, files: some };
  });
}

/**
 * What `deno test` runs in place of folders: modules that import some files of a folder
 * each. With a worker for each file, `tests/interface/` took 50 s of CPU time, most of
 * them to load the library again, and takes 29 s.
 */
export class TestGroups implements Disposable {
  readonly #folder: string;
  readonly #names = new Map<string, string>();
  /** The arguments of `deno test`. */
  readonly args: readonly string[];

  /** Makes the modules for these arguments, of which those that are paths may be none. */
  constructor(args: readonly string[]) {
    this.#folder = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "rpc_tests_" }),
    );
    const isWhole = !args.some((arg) =>
      !arg.startsWith("-") && infoOf(arg) !== null
    );
    const folders = isWhole ? [TESTS] : args.filter(isTestFolder);
    const groups = folders.flatMap((folder) =>
      groupsOf(`${Deno.realPathSync(folder)}/`)
    );
    for (const [i, group] of groups.entries()) this.#write(i, group);
    const others = args.filter((arg) => isWhole || !isTestFolder(arg));
    this.args = [
      ...others,
      ...isWhole ? documented() : [],
      ...groups.length > 0 ? [this.#folder] : [],
    ];
  }

  #write(index: number, { name, files }: Group): void {
    // In the order of the folders.
    const path = `${this.#folder}/${`${index}`.padStart(4, "0")}_test.ts`;
    const imports = files.map((file) => `import "file://${file}";\n`);
    Deno.writeTextFileSync(path, imports.join(""));
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
