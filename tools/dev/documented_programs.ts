/** A program in the documentation. */
export interface Program {
  /** The line in which it begins. */
  readonly line: number;
  readonly code: string;
}

const IN_MARKDOWN = /^```ts\n([^]*?)^```$/gm;
const IN_COMMENT = /^ *\* ```ts\n([^]*?)^ *\* ```$/gm;

/** What each line of a comment begins with. */
const MARGIN = /^ *\* ?/gm;

/** The programs in a `.md` or a `.ts` file, but for those that begin with "```ts ignore". */
export function programsIn(path: string, text: string): Program[] {
  const isMarkdown = path.endsWith(".md");
  const blocks = text.matchAll(isMarkdown ? IN_MARKDOWN : IN_COMMENT);
  return [...blocks].map((block) => {
    const code = block[1]!;
    return {
      line: text.slice(0, block.index).split("\n").length,
      code: isMarkdown ? code : code.replaceAll(MARGIN, ""),
    };
  });
}

/** Those in a file. */
export function programsOf(path: string): Program[] {
  return programsIn(path, Deno.readTextFileSync(path));
}

function isDocument(path: string): boolean {
  return /\.(?:ts|md)$/.test(path) && !path.endsWith("_test.ts");
}

/** The files of a folder that may have programs in their text, or the file itself. */
export function documented(path: string): string[] {
  if (Deno.statSync(path).isFile) {
    return isDocument(path) ? [path] : [];
  }
  return [...Deno.readDirSync(path)]
    .filter(({ name }) =>
      !/^\.|^(?:tests|npm|node_modules|coverage)$/.test(name)
    )
    .map(({ name }) => `${path.replace(/\/$/, "")}/${name}`).sort()
    .flatMap(documented);
}
