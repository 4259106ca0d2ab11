/** The folder of the tests. */
export const TESTS: string = new URL("../../tests/", import.meta.url).pathname;

/** So many files run one after the other in one worker; fewer where there are no more. */
const MIN_FILES = 12, MAX_FILES = 40;

/** Folders that run first and by themselves: they wait for programs, longer than others take. */
const SLOW_FOLDERS = ["examples"];

/** Files of tests in Chromium, which share one in a worker: its start takes 4 s of CPU time. */
const IN_BROWSER = /browser_test\.ts$/;

/** Test files that run in one worker. */
export interface Part {
  /** What the report calls it. */
  readonly name: string;
  readonly files: readonly string[];
}

/** What is at a path; null where there is nothing. */
export function infoOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether a path is a folder of the project's tests. */
export function isTestFolder(path: string): boolean {
  return infoOf(path)?.isDirectory === true &&
    `${Deno.realPathSync(path)}/`.startsWith(TESTS);
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

/** The folders of `tests/`. */
function foldersOfTests(): string[] {
  return [...Deno.readDirSync(TESTS)]
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${TESTS}${name}/`).sort();
}

function isInBrowser(file: string): boolean {
  return IN_BROWSER.test(file);
}

function isSlow({ name }: Part): boolean {
  return SLOW_FOLDERS.includes(name);
}

/** A folder with those in it, in parts of at most so many files. */
function partsOf({ name, files }: Part, maxFiles: number): Part[] {
  const count = Math.ceil(files.length / maxFiles);
  const bound = (i: number): number => Math.round(i * files.length / count);
  return Array.from({ length: count }, (_, i) => ({
    name: count === 1 ? name : `${name} (${i + 1} of ${count})`,
    files: files.slice(bound(i), bound(i + 1)),
  }));
}

/** Puts parts that follow each other together, up to so many files. */
function joined(parts: readonly Part[], maxFiles: number): Part[] {
  const groups: Part[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const files = [...last?.files ?? [], ...part.files];
    if (last === undefined || files.length > maxFiles) {
      groups.push(part);
      continue;
    }
    const name = `${last.name}, ${part.name}`;
    groups.splice(-1, 1, { name, files });
  }
  return groups;
}

/** What runs in a worker each, so that there is one for each job if there is enough. */
export function groupsOf(folders: readonly string[], jobs: number): Part[] {
  const wholes = folders
    .flatMap((folder) => folder === TESTS ? foldersOfTests() : [folder])
    .map((folder): Part => ({
      name: folder.slice(TESTS.length, -1),
      files: filesOf(folder),
    }));
  const count = wholes.reduce((sum, { files }) => sum + files.length, 0);
  const share = Math.ceil(count / jobs);
  const maxFiles = Math.min(MAX_FILES, Math.max(MIN_FILES, share));
  const inBrowser = wholes.flatMap(({ files }) => files.filter(isInBrowser));
  const others = wholes.map(({ name, files }): Part => ({
    name,
    files: files.filter((file) => !isInBrowser(file)),
  }));
  const parts = (wholes: readonly Part[]): Part[] =>
    wholes.flatMap((whole) => partsOf(whole, maxFiles));
  return [
    ...parts(others.filter(isSlow)),
    ...parts([{ name: "in Chromium", files: inBrowser }]),
    ...joined(parts(others.filter((whole) => !isSlow(whole))), maxFiles),
  ];
}
