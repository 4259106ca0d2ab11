/** The pages hold together: links lead somewhere, and what shows a promise is there. */
import { assert, assertEquals } from "@std/assert";
import { exists } from "../support/files/exists.ts";
import { testWith } from "../support/permissions.ts";

const ROOT = new URL("../../", import.meta.url);

/** Where pages are, besides the root. */
const FOLDERS = ["docs/", "tests/", "bench/", "links/", ""];

function pages(): URL[] {
  return FOLDERS.flatMap((folder) => {
    const url = new URL(folder, ROOT);
    return [...Deno.readDirSync(url)]
      .filter(({ name }) => name.endsWith(".md"))
      .map(({ name }) => new URL(name, url));
  });
}

/** A page without its programs, in which nothing is a link or a heading. */
function textOf(page: URL): string {
  return Deno.readTextFileSync(page).replace(/^ *```.*?^ *```$/gms, "");
}

/** The anchors of a page's headings, as GitHub and JSR make them. */
function anchorsOf(page: URL): Set<string> {
  const headings = textOf(page).matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\p{L}\p{N}\-_ ]/gu, "")
        .replaceAll(" ", "-")
    ),
  );
}

testWith("read", "each link of a page leads to a file and a heading", () => {
  const wrong: string[] = [];
  let links = 0;
  const anchors = new Map(
    pages().map((page) => [page.pathname, anchorsOf(page)]),
  );
  for (const page of pages()) {
    for (const [, link] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      links++;
      const target = new URL(link!, page);
      const anchor = target.hash.slice(1);
      target.hash = "";
      const leads = exists(target.pathname) &&
        (anchor === "" || anchors.get(target.pathname)?.has(anchor));
      if (!leads) wrong.push(`${page.pathname}: ${link}`);
    }
  }
  assertEquals(wrong, []);
  assert(links > 100, `${links} links`);
});

testWith("read", "no page has the marks of a merge", () => {
  for (const page of pages()) {
    const text = Deno.readTextFileSync(page);
    assert(!/^(<{7}|>{7}) |^={7}$|^\| ={7} /m.test(text), page.pathname);
  }
});

testWith("read", "what reliability.md names is there", () => {
  const { tasks } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const text = textOf(new URL("docs/reliability.md", ROOT));
  const paths = [...text.matchAll(/`((?:tests|bench|docs|\.ci)\/[^\s`]*)`/g)];
  for (const [, path] of paths) {
    assert(exists(new URL(path!, ROOT).pathname), path);
  }
  const named = [
    ...text.matchAll(/`(?:deno task ((?!-)[a-z:]+)|(bench:[a-z]+))/g),
  ];
  for (const [, task, bench] of named) {
    assert((task ?? bench!) in tasks, task ?? bench);
  }
  assert(paths.length > 40 && named.length > 10);
});
