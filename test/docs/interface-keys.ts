/** The keys of an interface, however deep, with their comments: read from the source. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { oneLine } from './union-members.ts';

export interface Key {
  /** `ready.log`, `workers.<name>.quietMs`, `pending[].table`. */
  readonly path: string;
  readonly isOptional: boolean;
  /** As the type says it, without what its own rows say; empty: those say it all. */
  readonly type: string;
  readonly comment: string;
}

const withoutUndefined = (node: ts.TypeNode): readonly ts.TypeNode[] =>
  (ts.isUnionTypeNode(node) ? [...node.types] : [node]).filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);

/** What is within a type: of `Readonly<Record<string, X>>` X under any name, of `readonly X[]` X in the list. */
const inner = (node: ts.TypeNode): { readonly node: ts.TypeNode; readonly step: string } => {
  if (ts.isTypeOperatorNode(node)) return inner(node.type);
  if (ts.isArrayTypeNode(node)) {
    const { node: element, step } = inner(node.elementType);
    return { node: element, step: `[]${step}` };
  }
  if (ts.isTypeReferenceNode(node)) {
    const [first, second] = node.typeArguments ?? [];
    const name = node.typeName.getText();
    if ((name === 'Readonly' || name === 'Partial') && first !== undefined) return inner(first);
    if (name === 'Record' && second !== undefined) {
      const [only] = withoutUndefined(second);
      const within = only === undefined ? undefined : inner(only);
      return within === undefined ? { node, step: '' } : { node: within.node, step: `.<name>${within.step}` };
    }
  }
  return { node, step: '' };
};

/** All keys of the interface in the file, in the order in which they stand there. @throws Error when there is none of that name */
export const keysOf = (file: string, name: string): readonly Key[] => {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, each]));
  const membersOf = (node: ts.TypeNode): readonly ts.TypeElement[] => {
    if (ts.isTypeLiteralNode(node)) return node.members;
    if (ts.isTypeReferenceNode(node)) return interfaces.get(node.typeName.getText())?.members ?? [];
    return [];
  };
  const commentOf = (node: ts.Node): string =>
    (ts.getLeadingCommentRanges(text, node.pos) ?? [])
      .slice(-1)
      .map(({ pos, end }) => text.slice(pos, end))
      .filter((comment) => comment.startsWith('/**'))
      .map(oneLine)
      .join('');
  const walk = (members: readonly ts.TypeElement[], above: string): readonly Key[] =>
    members.filter(ts.isPropertySignature).flatMap((member): readonly Key[] => {
      if (member.type === undefined) return [];
      const path = `${above}${member.name.getText()}`;
      const choices = withoutUndefined(member.type).map((node) => ({ choice: node, ...inner(node) }));
      const below = choices.flatMap(({ node, step }) => walk(membersOf(node), `${path}${step}.`));
      const own = choices.filter(({ node }) => membersOf(node).length === 0);
      return [
        {
          path,
          isOptional: member.questionToken !== undefined,
          type: own.map(({ choice }) => choice.getText().replace(/readonly /g, '')).join(' or '),
          comment: commentOf(member),
        },
        ...below,
      ];
    });
  const found = interfaces.get(name);
  if (found === undefined) throw new Error(`${file} has no interface ${name}`);
  return walk([...found.members], '');
};
