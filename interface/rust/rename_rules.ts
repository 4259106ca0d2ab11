import { joinCapitalized } from "./names.ts";

/** As serde does, each underscore ends a word and is left out. */
function upperCamel(snake: string): string {
  return joinCapitalized(snake.split("_"));
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** As serde does, each capital begins a word. */
function snake(variant: string): string {
  return variant.split(/(?=[A-Z])/).join("_").toLowerCase();
}

type Rule = (name: string) => string;

const FIELDS: Readonly<Record<string, Rule>> = {
  lowercase: (name) => name,
  UPPERCASE: (name) => name.toUpperCase(),
  PascalCase: upperCamel,
  camelCase: (name) => lowerFirst(upperCamel(name)),
  snake_case: (name) => name,
  SCREAMING_SNAKE_CASE: (name) => name.toUpperCase(),
  "kebab-case": (name) => name.replaceAll("_", "-"),
  "SCREAMING-KEBAB-CASE": (name) => name.toUpperCase().replaceAll("_", "-"),
};

const VARIANTS: Readonly<Record<string, Rule>> = {
  lowercase: (name) => name.toLowerCase(),
  UPPERCASE: (name) => name.toUpperCase(),
  PascalCase: (name) => name,
  camelCase: lowerFirst,
  snake_case: snake,
  SCREAMING_SNAKE_CASE: (name) => snake(name).toUpperCase(),
  "kebab-case": (name) => snake(name).replaceAll("_", "-"),
  "SCREAMING-KEBAB-CASE": (name) =>
    snake(name).toUpperCase().replaceAll("_", "-"),
};

/**
 * What `rename_all` of serde makes of the name of a field or a variant; undefined
 * for a rule that doesn't exist.
 */
export function renamed(
  name: string,
  rule: string,
  kind: "field" | "variant",
): string | undefined {
  const rules = kind === "field" ? FIELDS : VARIANTS;
  return Object.hasOwn(rules, rule) ? rules[rule]!(name) : undefined;
}
