import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** The most bytes of an XML file. */
export const XML_LIMIT = 16 * 2 ** 20;

/**
 * Parses XML that declares nothing of its own. A document type declaration is refused whatever it holds: entities
 * that it defines could read other files, or grow without bound. Text stays text; `lists` are always arrays. With
 * `attributes` they are fields whose names begin with `@`, and the text beside them is `#text`.
 *
 * @throws Error where the text is not well-formed or has a document type declaration.
 */
export function parseXml(
  text: string,
  lists: readonly string[],
  { attributes = false } = {},
): Record<string, unknown> {
  if (/<!DOCTYPE|<!ENTITY/i.test(text))
    throw new Error('XML with a document type declaration, which is refused');
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw new Error(`XML not well-formed: line ${checked.err.line}, ${checked.err.msg}`);
  return new XMLParser({
    parseTagValue: false,
    ignoreAttributes: !attributes,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    isArray: (name) => lists.includes(name),
  }).parse(text);
}
