/** Keywords of Rust, which can't be names. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  ("Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen " +
    "if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try " +
    "type typeof unsafe unsized use virtual where while yield").split(" "),
);

/** `buy_tomatoes` for `buyTomatoes`. What isn't lowerCamelCase is left as it is. */
export function toSnakeCase(name: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * `buyTomatoes` for `buy_tomatoes`, and `type` for `type_`. A name that couldn't be
 * turned back is left as it is.
 */
export function toCamelCase(name: string): string {
  if (name.endsWith("_") && KEYWORDS.has(name.slice(0, -1))) {
    return name.slice(0, -1);
  }
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

/** A name as an identifier of Rust. It isn't `r#type`, as the crate's macro fails for that. */
export function rustIdentifier(name: string): string {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

/** The Rust type of plain bytes. A format copies them. */
export const RAW_BYTES = "RawBytes";

/** The Rust type of the body of a transport. A format leaves it as it is. */
export const RAW_BODY = "RawBody";
