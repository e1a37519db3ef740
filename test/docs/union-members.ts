/** The members of a union type and the comments above them, read from the source. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface UnionMember {
  /** `worker-stopped` of `{ kind: 'worker-stopped', … }`; where there is no literal, the name of the first key. */
  readonly name: string;
  /** The comment above it in one line; empty: there is none. */
  readonly comment: string;
  /** Its keys; with a question mark those that may be left out. */
  readonly keys: readonly string[];
}

/** A comment of the source in one line. */
export const oneLine = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\*/gm, '')
    .replace(/\s+/g, ' ')
    .trim();

const keyOf = (member: ts.TypeElement, source: ts.SourceFile): string =>
  `${member.name?.getText(source) ?? ''}${member.questionToken === undefined ? '' : '?'}`;

const literalsOf = (node: ts.TypeNode): ts.TypeLiteralNode[] =>
  ts.isTypeLiteralNode(node)
    ? [node]
    : ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node)
      ? node.types.flatMap(literalsOf)
      : [];

const memberOf = (node: ts.TypeNode, source: ts.SourceFile, above: string): UnionMember => {
  const elements = literalsOf(node).flatMap(({ members }) => [...members]);
  const [first] = elements;
  const type = first !== undefined && ts.isPropertySignature(first) ? first.type : undefined;
  const isNamed = type !== undefined && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal);
  const inner = type === undefined || isNamed ? [] : literalsOf(type).flatMap(({ members }) => [...members]);
  const ofSubject = type?.getText(source).startsWith('Of') === true ? ['subject?'] : [];
  return {
    name: isNamed ? type.literal.text : (first?.name?.getText(source) ?? ''),
    comment: oneLine(/\/\*\*[^]*?\*\//.exec(above)?.[0] ?? ''),
    keys: isNamed
      ? elements.slice(1).map((element) => keyOf(element, source))
      : [...ofSubject, ...inner.map((element) => keyOf(element, source))],
  };
};

/** @throws Error when the file has no union of that name */
export const unionMembers = (file: string, name: string): readonly UnionMember[] => {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const alias = source.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === name,
  );
  if (alias === undefined || !ts.isUnionTypeNode(alias.type)) throw new Error(`${file} has no union ${name}`);
  let end = alias.type.pos;
  return alias.type.types.map((node) => {
    const above = text.slice(end, node.getStart(source));
    end = node.end;
    return memberOf(node, source, above);
  });
};
