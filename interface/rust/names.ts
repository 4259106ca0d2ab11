/** Keywords of Rust, which need `r#` before them as names. */
const KEYWORDS = new Set(
  ("abstract as async await become box break const continue do dyn else enum extern false final fn for gen if " +
    "impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type typeof " +
    "unsafe unsized use virtual where while yield").split(" "),
);

/** `buy_tomatoes` for `buyTomatoes`. What isn't lowerCamelCase is left as it is. */
export function toSnakeCase(name: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `buyTomatoes` for `buy_tomatoes`. A name that couldn't be turned back is left as it is. */
export function toCamelCase(name: string): string {
  const camel = name.replace(
    /_([a-z])/g,
    (_, letter: string) => letter.toUpperCase(),
  );
  return toSnakeCase(camel) === name ? camel : name;
}

/** `BuyTomatoes` for `buyTomatoes` and `buy_tomatoes`. */
export function toUpperCamelCase(name: string): string {
  return name.replace(
    /(?:^|_)([A-Za-z0-9])/g,
    (_, letter: string) => letter.toUpperCase(),
  );
}

/** `BuyTomatoes` for the words `buy` and `tomatoes`. */
export function joinCapitalized(words: readonly string[]): string {
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

/** Keywords of Rust that can't be names, even with `r#`. */
const PATHS = new Set(["Self", "crate", "self", "super"]);

/** A name as an identifier of Rust. */
export function rustIdentifier(name: string): string {
  if (PATHS.has(name)) return `${name}_`;
  return KEYWORDS.has(name) ? `r#${name}` : name;
}

/** The Rust type of plain bytes. A format copies them. */
export const RAW_BYTES = "RawBytes";

/** The Rust type of the body of a transport. A format leaves it as it is. */
export const RAW_BODY = "RawBody";
