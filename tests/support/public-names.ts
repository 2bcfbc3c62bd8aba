import ts from 'typescript';

/**
 * Names that two entries export for different things, values or types, as `Mask: entry, entry | entry`. To pass on what another entry exports is no clash: the
 * declaration is the same.
 *
 * @param entries The source file of each entry, by what users import.
 */
export function clashesOf(entries: Readonly<Record<string, string>>): string[] {
  const program = ts.createProgram(Object.values(entries), {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    customConditions: ['@diff/source'],
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, Map<ts.Declaration, string[]>>();
  for (const [entry, file] of Object.entries(entries)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
    if (!module) throw new Error(`${file} exports nothing`);
    for (const exported of checker.getExportsOfModule(module)) {
      const own = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = own.declarations?.[0];
      if (!declaration) throw new Error(`${entry} exports ${exported.name}, which nothing declares`);
      const places = found.get(exported.name) ?? new Map<ts.Declaration, string[]>();
      found.set(exported.name, places.set(declaration, [...(places.get(declaration) ?? []), entry]));
    }
  }
  return [...found].flatMap(([name, places]) =>
    places.size > 1 ? [`${name}: ${[...places.values()].map((same) => same.join(', ')).join(' | ')}`] : [],
  );
}
