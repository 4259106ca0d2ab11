import ts from "npm:typescript@6.0.3";

/** A small change of a source that a test should notice. */
export interface Mutation {
  /** The source, from the project's root. */
  readonly path: string;
  /** Where it is changed: from this character, */
  readonly start: number;
  /** up to this one. */
  readonly end: number;
  /** What stands there instead. */
  readonly replacement: string;
  /** The line, from 1. */
  readonly line: number;
  /** What stands in the line. */
  readonly text: string;
  /** What is changed, such as `< to <=`. */
  readonly what: string;
}

/** What stands in the place of an operator. */
const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.PlusEqualsToken, "-="],
  [ts.SyntaxKind.MinusEqualsToken, "+="],
  [ts.SyntaxKind.PlusPlusToken, "--"],
  [ts.SyntaxKind.MinusMinusToken, "++"],
]);

/** All mutations of a source: comparisons and conditions turned, calls and assignments left out, counters the other way. */
export function mutationsOf(path: string, text: string): Mutation[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Mutation[] = [];
  const lines = text.split("\n");

  function add(node: ts.Node, replacement: string, what: string): void {
    const start = node.getStart(file);
    const { line } = file.getLineAndCharacterOfPosition(start);
    found.push({
      path,
      start,
      end: node.end,
      replacement,
      line: line + 1,
      text: lines[line]!.trim(),
      what,
    });
  }

  function addOperator(token: ts.Node, kind: ts.SyntaxKind): void {
    const other = OPERATORS.get(kind);
    if (other === undefined) return;
    add(token, other, `${ts.tokenToString(kind)} to ${other}`);
  }

  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      addOperator(node.operatorToken, node.operatorToken.kind);
    } else if (ts.isPostfixUnaryExpression(node)) {
      addUnary(node, node.operand, node.operator, true);
    } else if (ts.isPrefixUnaryExpression(node)) {
      addUnary(node, node.operand, node.operator, false);
    } else if (ts.isIfStatement(node)) {
      const { expression } = node;
      const turned = `!(${expression.getText(file)})`;
      add(expression, turned, "condition turned");
    } else if (ts.isExpressionStatement(node) && mayGo(node.expression)) {
      add(node, ";", "statement left out");
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      add(node, "false", "true to false");
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      add(node, "true", "false to true");
    }
    ts.forEachChild(node, visit);
  }

  function addUnary(
    node: ts.Node,
    operand: ts.Node,
    operator: ts.SyntaxKind,
    postfix: boolean,
  ): void {
    const changes = operator === ts.SyntaxKind.PlusPlusToken ||
      operator === ts.SyntaxKind.MinusMinusToken;
    if (!changes) return;
    const other = OPERATORS.get(operator)!;
    const text = operand.getText(file);
    const turned = postfix ? text + other : other + text;
    add(node, turned, `${ts.tokenToString(operator)} to ${other}`);
  }

  visit(file);
  return found;
}

/** Whether a statement can be left out: a call that isn't `super()`, or an assignment. */
function mayGo(expression: ts.Expression): boolean {
  if (ts.isAwaitExpression(expression) || ts.isVoidExpression(expression)) {
    return mayGo(expression.expression);
  }
  if (ts.isCallExpression(expression)) {
    return expression.expression.kind !== ts.SyntaxKind.SuperKeyword;
  }
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
