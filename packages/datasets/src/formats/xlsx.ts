// The writer alone: no reader there was had limits, or was linear in the length of a cell.
import writeExcelFile from 'write-excel-file/node';
import type { Cells } from './csv.js';
import { unzip } from './zip.js';

/** Bytes that a cell takes in memory, about. */
const CELL = 16;

/** Rows and columns that Excel has. */
const [MOST_ROWS, MOST_COLUMNS] = [2 ** 20, 2 ** 14];

/**
 * The cells of the first sheet of an XLSX workbook, as texts; numbers in the shortest form, dates as the days that they are
 * stored as. Rows are as long as what is in them. Source: ECMA-376, part 1, 18.2 to 18.4.
 *
 * @throws Error where it unpacks to more than `limit` bytes, or its rows are longer than a sixteenth of that together.
 */
export async function readXlsx(bytes: Buffer, limit: number): Promise<string[][]> {
  const files = await unzip(bytes, limit);
  const textOf = (path: string) => {
    const file = files.get(path);
    if (!file) throw new Error(`there is no ${path || 'workbook'} in it`);
    return file.toString('utf8');
  };
  const workbook = relationsOf(textOf('_rels/.rels'), '').find(({ type }) => /\/officeDocument$/.test(type));
  const path = workbook?.target ?? '';
  const [, folder = '', name = path] = /^(.*\/)([^/]*)$/.exec(path) ?? [];
  const first = [...tagsOf(textOf(path))].find(({ tag }) => tag === 'sheet');
  const relations = relationsOf(textOf(`${folder}_rels/${name}.rels`), folder);
  const sheet = relations.find(({ id }) => id === attribute(first?.attributes ?? '', 'id'));
  const shared = relations.find(({ type }) => /\/sharedStrings$/.test(type));
  const strings = shared && files.has(shared.target) ? stringsOf(textOf(shared.target)) : [];
  return cellsOf(textOf(sheet?.target ?? ''), strings, Math.floor(limit / CELL));
}

function cellsOf(sheet: string, strings: readonly string[], limit: number): string[][] {
  const rows: string[][] = [];
  let [row, column, taken, type] = [0, 0, 0, ''];
  for (const { tag, attributes, text } of tagsOf(sheet)) {
    if (tag === 'row') {
      row = addressOf(attribute(attributes, 'r')).row ?? row + 1;
      column = 0;
      if (row > MOST_ROWS) throw new Error(`a row ${row}, expected at most ${MOST_ROWS}`);
      taken += Math.max(0, row - rows.length);
      while (rows.length < row) rows.push([]);
    } else if (tag === 'c') {
      column = addressOf(attribute(attributes, 'r')).column ?? column + 1;
      if (column > MOST_COLUMNS) throw new Error(`a column ${column}, expected at most ${MOST_COLUMNS}`);
      const cells = rows[row - 1];
      if (!cells) throw new Error('a cell outside a row');
      taken += Math.max(0, column - cells.length);
      if (taken > limit) throw new Error(`it has more than ${limit} cells`);
      while (cells.length < column) cells.push('');
      type = attribute(attributes, 't') ?? 'n';
    } else if ((tag === 'v' || tag === 't') && text && column > 0)
      rows[row - 1]![column - 1] += textOfCell(type, text, strings);
  }
  while (rows.length && rows.at(-1)!.every((cell) => cell === '')) rows.pop();
  return rows;
}

function textOfCell(type: string, text: string, strings: readonly string[]): string {
  if (type === 's') {
    const found = strings[Number(text)];
    if (found === undefined) throw new Error(`a cell with text ${text} of ${strings.length}`);
    return found;
  }
  if (type === 'b') return text.trim() === '1' ? 'true' : 'false';
  return type === 'n' && Number.isFinite(Number(text)) ? String(Number(text)) : plain(text);
}

/** The texts that cells share, each of one run or several; how they are spoken (`rPh`) is no part of them. */
function stringsOf(xml: string): string[] {
  const strings: string[] = [];
  let spoken = false;
  for (const { tag, text } of tagsOf(xml)) {
    if (tag === 'si') strings.push('');
    else if (tag === 'rPh' || tag === '/rPh') spoken = tag === 'rPh';
    else if (tag === 't' && !spoken && strings.length) strings[strings.length - 1] += plain(text);
  }
  return strings;
}

/** What a part of the workbook refers to, with paths from the root. */
const relationsOf = (xml: string, folder: string) =>
  [...tagsOf(xml)]
    .filter(({ tag }) => tag === 'Relationship')
    .map(({ attributes }) => {
      const target = attribute(attributes, 'Target') ?? '';
      return {
        id: attribute(attributes, 'Id'),
        type: attribute(attributes, 'Type') ?? '',
        target: target.startsWith('/') ? target.slice(1) : folder + target.replace(/^\.\//, ''),
      };
    });

interface Tag {
  /** Without its prefix; `/row` where it closes one. */
  tag: string;
  attributes: string;
  /** What follows up to the next tag. */
  text: string;
}

/** The tags of XML one after the other. */
function* tagsOf(xml: string): Generator<Tag> {
  for (let at = xml.indexOf('<'); at >= 0; ) {
    const isComment = xml.startsWith('<!--', at);
    if (xml[at + 1] === '!' && !isComment) throw new Error('XML with declarations, which are refused');
    const end = isComment ? xml.indexOf('-->', at) + 2 : xml.indexOf('>', at);
    if (end < at) throw new Error('XML that ends within a tag');
    const next = xml.indexOf('<', end);
    const [, slash, name, attributes] = /^(\/?)(?:[\w.-]*:)?([\w.-]*)(.*)$/s.exec(xml.slice(at + 1, end))!;
    const closed = attributes!.endsWith('/');
    if (!isComment)
      yield {
        tag: slash! + name!,
        attributes: attributes!,
        text: closed ? '' : xml.slice(end + 1, next < 0 ? undefined : next),
      };
    at = next;
  }
}

/** The value of an attribute, whatever its prefix. */
function attribute(attributes: string, name: string): string | undefined {
  for (const [, own, quoted, single] of attributes.matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (own === name) return plain(quoted ?? single!);
  return undefined;
}

/** Row and column of an address such as `B7`, from 1. */
function addressOf(address: string | undefined): { row?: number; column?: number } {
  if (address === undefined) return {};
  const [, letters, digits] = /^([A-Za-z]{0,3})(\d{1,7})$/.exec(address) ?? [];
  if (!Number(digits)) throw new Error(`a cell at "${address.slice(0, 20)}", expected an address such as B7`);
  const column = [...letters!.toUpperCase()].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
  return { row: Number(digits), ...(column && { column }) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text without the escapes of XML and of Excel, which writes `_x000D_` for characters that XML has not. */
const plain = (text: string) =>
  text
    .replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (all, name, decimal, hex) => {
      if (name) return ENTITIES[name.toLowerCase()]!;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .replace(/_x([\dA-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A workbook of one sheet. */
export function xlsx(rows: Cells): Promise<Uint8Array> {
  return writeExcelFile(
    rows.map((row) => row.map((value) => (value === undefined ? null : { value }))),
  ).toBuffer();
}
