// The reference as Markdown pages of the site, one for each entry of the packages, under the name that one imports it by.
import { readdirSync, readFileSync } from 'node:fs';
import { Converter, ReflectionKind } from 'typedoc';

/** What one may import, and the file that says so. */
const entries = readdirSync('packages').flatMap((folder) => {
  const { name, private: own, exports } = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8'));
  if (own) return [];
  return Object.entries(exports).flatMap(([subpath, { '@diff/source': file }]) =>
    file && subpath !== './joined'
      ? [{ name: name + subpath.slice(1), file: `packages/${folder}/${file.slice(2)}` }]
      : [],
  );
});

/** Names modules as they are imported. */
function nameModules(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const path = reflection.sources?.[0]?.fullFileName;
    const entry = entries.find(({ file }) => path?.endsWith(file));
    if (entry) reflection.name = entry.name;
  });
}

export default {
  name: 'Reference',
  plugin: ['typedoc-plugin-markdown', nameModules],
  tsconfig: 'tsconfig.docs.json',
  entryPoints: entries.map(({ file }) => file),
  basePath: process.cwd(),
  out: 'docs/api',
  router: 'module',
  readme: 'none',
  excludeInternal: true,
  excludeExternals: true,
  treatWarningsAsErrors: true,
  disableGit: true,
  sourceLinkTemplate: 'https://github.com/diff-ts/diff/blob/{gitRevision}/{path}#L{line}',
  gitRevision: 'main',
  entryFileName: 'index',
  excludeScopesInPaths: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useCustomAnchors: true,
  useHTMLEncodedBrackets: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  enumMembersFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  indexFormat: 'table',
  tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true },
  groupOrder: ['Functions', 'Classes', 'Variables', '*', 'References'],
};
