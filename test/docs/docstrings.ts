// What the compiler sees of the comments in the source.
import { relative } from 'node:path'
import ts from 'typescript'
import type { CodeBlock } from './code-blocks.ts'

/** The code of the `@example` tags in one file: what fences hold, or without fences all of the tag. */
export function docstringBlocks(title: string, text: string): CodeBlock[] {
  const source = ts.createSourceFile(title, text, ts.ScriptTarget.ES2022, true)
  const blocks: CodeBlock[] = []
  const seen = new Set<number>()
  const visit = (node: ts.Node): void => {
    const found = ts
      .getJSDocCommentsAndTags(node)
      .filter((comment) => ts.isJSDoc(comment) && !seen.has(comment.pos))
      .flatMap((comment) => {
        seen.add(comment.pos)
        return examplesIn(comment.getText(source))
      })
    const name = (node as ts.NamedDeclaration).name?.getText(source) ?? variableName(node, source)
    for (const [i, code] of found.entries()) blocks.push({ title: `${title} ${name} example ${i + 1}`, code })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return blocks
}

const variableName = (node: ts.Node, source: ts.SourceFile): string =>
  ts.isVariableStatement(node) ? (node.declarationList.declarations[0]?.name.getText(source) ?? '') : ''

/** Read from the text itself: the compiler's own reading of a tag loses the indentation. */
function examplesIn(comment: string): string[] {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\s*\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  return lines
    .join('\n')
    .split(/^\s*(?=@[a-z]+)/m)
    .filter((tag) => tag.startsWith('@example'))
    .flatMap((tag) => {
      const fenced = [...tag.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code = '']) => code)
      return fenced.length > 0 ? fenced : [`${tag.slice('@example'.length).trim()}\n`]
    })
}

const hasComment = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc)

const isDescribed = (symbol: ts.Symbol): boolean => {
  const declarations = symbol.declarations ?? []
  return declarations.some((node) => hasComment(node) || hasComment(statementOf(node)))
}
const statementOf = (node: ts.Node): ts.Node => (ts.isVariableDeclaration(node) ? node.parent.parent : node)

const isHidden = (node: ts.Declaration): boolean => {
  const name = ts.getNameOfDeclaration(node)
  if (name && ts.isPrivateIdentifier(name)) return true
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.NonPublicAccessibilityModifier) !== 0
}

const programOf = (faces: readonly string[]): ts.Program =>
  ts.createProgram(faces, {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: [],
  })

function exportsOf(program: ts.Program, face: string): ts.Symbol[] {
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(face)!)!
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
}

/** The files of ours that declare what the faces export. */
export function declaringFiles(faces: readonly string[], folder: string): string[] {
  const program = programOf(faces)
  const files = faces
    .flatMap((face) => exportsOf(program, face))
    .flatMap(({ declarations = [] }) => declarations)
    .map((node) => node.getSourceFile().fileName)
  return [...new Set(files)].filter((file) => file.startsWith(folder)).sort()
}

/**
 * What is not documented of what the faces export: exports and members without a comment, functions and classes
 * without an example.
 */
export function documentationGaps(faces: readonly string[], folder: string): string[] {
  const program = programOf(faces)
  const checker = program.getTypeChecker()
  const gaps = new Set<string>()
  const isOurs = (node: ts.Node): boolean => node.getSourceFile().fileName.startsWith(folder)

  const check = (symbols: readonly ts.Symbol[], owner: string): void => {
    const ours = symbols.flatMap(({ declarations = [] }) => declarations).filter((node) => isOurs(node))
    const [first] = ours.filter((node) => !isHidden(node))
    if (!first || symbols.some(isDescribed)) return
    // An inherited member is missing its comment where it is declared.
    const declaring = owner && (ts.getNameOfDeclaration(first.parent as ts.Declaration)?.getText() ?? owner)
    gaps.add(`${placeOf(first, folder)}: ${declaring && `${declaring}.`}${symbols[0]?.name} has no comment`)
  }

  for (const face of faces) {
    for (const symbol of exportsOf(program, face)) {
      check([symbol], '')
      const [first] = symbol.declarations ?? []
      if (!first || !isOurs(first)) continue
      if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) {
        const hasExample = symbol.getJsDocTags(checker).some(({ name }) => name === 'example')
        if (!hasExample) gaps.add(`${placeOf(first, folder)}: ${symbol.name} has no example`)
      }
      if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
        for (const same of membersOf(checker.getDeclaredTypeOfSymbol(symbol))) check(same, symbol.name)
      }
      if (symbol.flags & ts.SymbolFlags.Class) {
        const statics = checker.getTypeOfSymbol(symbol).getProperties()
        for (const member of statics.filter(({ name }) => name !== 'prototype')) check([member], symbol.name)
      }
    }
  }
  return [...gaps].sort()
}

/** The members by name. Of those that several arms of a union share, one comment is enough. */
function membersOf(type: ts.Type): Iterable<ts.Symbol[]> {
  const byName = new Map<string, ts.Symbol[]>()
  for (const member of (type.isUnion() ? type.types : [type]).flatMap((arm) => arm.getProperties()))
    byName.set(member.name, [...(byName.get(member.name) ?? []), member])
  return byName.values()
}

const placeOf = (node: ts.Node, folder: string): string => relative(folder, node.getSourceFile().fileName)
